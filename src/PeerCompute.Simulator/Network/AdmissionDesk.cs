// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Network;

/// <summary>Admits messages as the daemon does; in the quick mode an envelope that was found good once is not checked again.</summary>
internal sealed class AdmissionDesk(bool full)
{
    private readonly HashSet<Hash32> _good = [];

    public NodeEvent Admit(ISigner self, PeerId from, PeerMessage message)
    {
        if (full) return Admission.Admit(self, from, message);
        switch (message)
        {
            case OfferMessage offer when _good.Contains(offer.Id):
                return new OfferCame(from, offer);
            case OfferMessage offer:
                var came = Admission.Admit(self, from, message);
                _good.Add(offer.Id);
                return came;
            case EntriesMessage entries when AllGood(entries):
                return new EntriesCame(from, entries);
            case EntriesMessage entries:
                var admitted = Admission.Admit(self, from, message);
                foreach (var item in entries.Items) _good.Add(item.Hash);
                return admitted;
            default:
                return Admission.Admit(self, from, message);
        }
    }

    private bool AllGood(EntriesMessage message)
    {
        foreach (var item in message.Items)
        {
            if (item.Entry.Header.Context != message.LeaseId || !_good.Contains(item.Hash)) return false;
        }

        return true;
    }
}
