// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf.Reflection;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Wire.Common;

/// <summary>Names the field that a byte of a message belongs to: for errors only.</summary>
internal static class FieldPath
{
    /// <summary>Walks a message down to a byte.</summary>
    /// <param name="message">What the bytes should be. No message of ours holds itself, so the depth is bounded.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">Name of the whole.</param>
    /// <param name="at">The byte looked for, or -1 to look for broken structure only.</param>
    /// <returns>The name of the innermost field that holds the byte, or of the whole.</returns>
    /// <exception cref="WireException">The structure breaks before that byte: where.</exception>
    public static string Of(MessageDescriptor message, ReadOnlySpan<byte> bytes, string name, int at) => Of(message, bytes, name, at, 0);

    private static string Of(MessageDescriptor message, ReadOnlySpan<byte> bytes, string name, int at, int from)
    {
        var reader = new ProtoReader(bytes, int.MaxValue);
        try
        {
            var (last, index) = (0, 0);
            while (reader.Next())
            {
                index = reader.Field == last ? index + 1 : 0;
                last = reader.Field;
                var path = message.FindFieldByNumber(last) is { } field ? $"{name}.{Name(field, index)}" : $"{name}.{Number(last)}";
                if (reader.WireType == 2 && message.FindFieldByNumber(last) is { FieldType: FieldType.Message } inner)
                {
                    var part = reader.Bytes(path, int.MaxValue);
                    var start = reader.Position - part.Length;
                    var found = Of(inner.MessageType, part, path, at - start, from + start);
                    if (found != path) return found;
                }
                else
                {
                    reader.Skip();
                }

                if (at >= 0 && at < reader.Position) return path;
            }
        }
        catch (WireException e) when (!e.Field.StartsWith(name, StringComparison.Ordinal))
        {
            throw new WireException(name, e.Reason, from + reader.Position);
        }

        return name;
    }

    private static string Name(FieldDescriptor field, int index) => field.IsRepeated ? $"{field.Name}[{Number(index)}]" : field.Name;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
