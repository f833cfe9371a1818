// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using PeerCompute.Api.Carrier;
using PeerCompute.Base.Errors;

namespace PeerCompute.Api.Tests.Carrier;

/// <summary>Our errors as statuses and back.</summary>
public sealed class ApiErrorsTests
{
    [Test]
    public void Every_kind_comes_back_as_itself([Values] ErrorCode code)
    {
        var back = ApiErrors.FromRpc(ApiErrors.ToRpc(new PeerComputeException(code, "words")));
        Assert.That((back.Code, back.Message), Is.EqualTo((code, "words")));
    }

    [Test]
    public void Every_status_of_a_strange_server_has_a_kind([Values] StatusCode status) =>
        Assert.That(Enum.IsDefined(ApiErrors.FromRpc(new RpcException(new Status(status, ""))).Code), Is.True);

    [Test]
    public void A_strangers_bytes_are_bad_input() =>
        Assert.That(ApiErrors.ToRpc(new WireException("field", "reason")).StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
}
