// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace PeerCompute.Wire.Tests;

/// <summary>A change of one field of a message.</summary>
/// <param name="Path">The field, for example <c>task[3].fuel</c>.</param>
/// <param name="How">What is done to it.</param>
/// <param name="Message">The whole message, changed.</param>
internal sealed record Mutation(string Path, string How, IMessage Message)
{
    /// <summary>The field that is changed: a whole list where elements come, go or change places.</summary>
    public string About => How is "twice" or "swapped" or "dropped" or "last dropped" ? Path[..Path.LastIndexOf('[')] : Path;
}

/// <summary>Changes every field of a message one at a time, down to the last element, by the message's own description.</summary>
internal static class Mutations
{
    public static IEnumerable<Mutation> Of<T>(T message)
        where T : IMessage<T>, IDeepCloneable<T>
        => Of(message, "", static root => root, () => message.Clone());

    private static IEnumerable<Mutation> Of(IMessage shown, string prefix, Func<IMessage, IMessage> find, Func<IMessage> fresh)
    {
        foreach (var field in shown.Descriptor.Fields.InDeclarationOrder())
        {
            var path = prefix + field.Name;
            var found = field.IsRepeated
                ? OfList((IList)field.Accessor.GetValue(shown), field, path, find, fresh)
                : OfValue(field.Accessor.GetValue(shown), field, path, find, fresh);
            foreach (var mutation in found) yield return mutation;
        }
    }

    private static IEnumerable<Mutation> OfValue(object? value, FieldDescriptor field, string path, Func<IMessage, IMessage> find, Func<IMessage> fresh)
    {
        if (value is null)
        {
            yield return Changed(path, "there", m => field.Accessor.SetValue(find(m), field.MessageType.Parser.ParseFrom([])), fresh);
        }
        else if (value is IMessage message)
        {
            yield return Changed(path, "left out", m => field.Accessor.Clear(find(m)), fresh);
            foreach (var inner in Of(message, path + ".", m => (IMessage)field.Accessor.GetValue(find(m)), fresh)) yield return inner;
        }
        else
        {
            foreach (var (how, other) in Others(value)) yield return Changed(path, how, m => field.Accessor.SetValue(find(m), other), fresh);
        }
    }

    private static IEnumerable<Mutation> OfList(IList shown, FieldDescriptor field, string path, Func<IMessage, IMessage> find, Func<IMessage> fresh)
    {
        for (var i = 0; i < shown.Count; i++)
        {
            var at = i;
            var element = $"{path}[{at}]";
            yield return Changed(element, at == shown.Count - 1 ? "last dropped" : "dropped", m => List(m).RemoveAt(at), fresh);
            yield return Changed(element, "twice", m => List(m).Insert(at, List(m)[at]), fresh);
            if (at > 0) yield return Changed(element, "swapped", m => (List(m)[at], List(m)[at - 1]) = (List(m)[at - 1], List(m)[at]), fresh);
            if (shown[at] is IMessage message)
            {
                foreach (var inner in Of(message, element + ".", m => (IMessage)List(m)[at]!, fresh)) yield return inner;
            }
            else
            {
                foreach (var (how, other) in Others(shown[at]!)) yield return Changed(element, how, m => List(m)[at] = other, fresh);
            }
        }

        IList List(IMessage m) => (IList)field.Accessor.GetValue(find(m));
    }

    private static IEnumerable<(string How, object Value)> Others(object value)
    {
        switch (value)
        {
            case string text:
                yield return ("longer", text + "x");
                if (text.Length > 0) yield return ("empty", "");
                break;
            case uint number:
                yield return ("one more", number + 1);
                yield return ("most", uint.MaxValue);
                if (number > 0) yield return ("one less", number - 1);
                if (number > 1) yield return ("zero", 0u);
                break;
            case ulong number:
                yield return ("one more", number + 1);
                yield return ("most", ulong.MaxValue);
                if (number > 0) yield return ("one less", number - 1);
                if (number > 1) yield return ("zero", 0UL);
                break;
            case ByteString bytes:
                yield return ("longer", ByteString.CopyFrom([.. bytes.Span, 1]));
                if (bytes.IsEmpty) break;
                yield return ("empty", ByteString.Empty);
                yield return ("shorter", ByteString.CopyFrom(bytes.Span[..^1]));
                foreach (var at in new[] { 0, bytes.Length / 2, bytes.Length - 1 })
                {
                    var other = bytes.ToByteArray();
                    other[at] ^= 1;
                    yield return ($"byte {at}", ByteString.CopyFrom(other));
                }

                break;
            case bool yes:
                yield return ("other", !yes);
                break;
            case Enum:
                for (var other = 0; other < 4; other++)
                {
                    if (other != Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture))
                        yield return ($"value {other}", Enum.ToObject(value.GetType(), other));
                }

                break;
            default:
                throw new NotSupportedException($"a field of type {value.GetType()} is not changed by any test");
        }
    }

    private static Mutation Changed(string path, string how, Action<IMessage> change, Func<IMessage> fresh)
    {
        var message = fresh();
        change(message);
        return new Mutation(path, how, message);
    }
}
