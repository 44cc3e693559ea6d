using System.Buffers.Binary;
using System.Text;

namespace LambdaHat.Data;

/// <summary>The header of an .npy file, versions 1, 2 and 3: a Python dictionary with the keys descr, fortran_order and shape.</summary>
internal sealed record NpyHeader(NumberFormat Format, bool ColumnMajor, int[] Shape, int Count)
{
    /// <summary>The longest header that is read; NumPy's own limit is 10,000 characters.</summary>
    private const int MaxLength = 65_535;

    private static readonly byte[] s_magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static NpyHeader Read(ByteInput input)
    {
        Span<byte> start = stackalloc byte[8];
        input.Fill(start, "the .npy header");
        if (!start.StartsWith(s_magic)) throw new InvalidInputException($"{input.Place}: not an .npy array: expected it to start with 93 4E 55 4D 50 59 (\\x93NUMPY), got {Convert.ToHexString(start[..6])}");
        if (start[6] is < 1 or > 3) throw new InvalidInputException($"{input.Place}: .npy version {start[6]}.{start[7]}; expected 1, 2 or 3");
        Span<byte> size = stackalloc byte[start[6] == 1 ? 2 : 4];
        input.Fill(size, "the .npy header");
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MaxLength) throw new InvalidInputException($"{input.Place}: an .npy header of {length} bytes; expected at most {MaxLength}");
        input.Require(length, "the .npy header");
        var text = new byte[length];
        input.Fill(text, "the .npy header");
        return new Parser(Encoding.Latin1.GetString(text), input.Place).Parse();
    }

    /// <summary>The bytes before the data of a version 1.0 file with little-endian, row-major values, padded to a multiple of 64.</summary>
    public static byte[] Write(string descr, IReadOnlyList<int> shape)
    {
        var tuple = shape.Count == 1 ? $"({shape[0]},)" : TensorShape.Text(shape);
        var text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple}, }}";
        var total = (s_magic.Length + 4 + text.Length + 1 + 63) / 64 * 64;
        var bytes = new byte[total];
        bytes.AsSpan().Fill((byte)' ');
        s_magic.CopyTo(bytes, 0);
        bytes[6] = 1;
        bytes[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private sealed class Parser(string text, string place)
    {
        private int _at;

        public NpyHeader Parse()
        {
            NumberFormat? format = null;
            bool? columnMajor = null;
            List<long>? shape = null;
            Take('{');
            while (!TryTake('}'))
            {
                var key = Quoted();
                Take(':');
                switch (key)
                {
                    case "descr" when format is null: format = Descr(); break;
                    case "fortran_order" when columnMajor is null: columnMajor = Boolean(); break;
                    case "shape" when shape is null: shape = Tuple(); break;
                    default: throw Wrong("the keys descr, fortran_order and shape, once each");
                }
                if (!TryTake(',') && Peek() != '}') throw Wrong("a comma or }");
            }
            if (Peek() != '\0') throw Wrong("nothing after }");
            if (format is null || columnMajor is null || shape is null) throw Wrong("the keys descr, fortran_order and shape");
            var (dimensions, count) = TensorShape.Check(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shape), place);
            return new NpyHeader(format.Value, columnMajor.Value, dimensions, count);
        }

        private NumberFormat Descr()
        {
            if (Peek() != '\'' && Peek() != '"') throw Wrong("a plain numeric type (structured arrays are not supported)");
            var descr = Quoted();
            NumberType? type = descr.Length == 3 ? descr.AsSpan(1) switch
            {
                "b1" => NumberType.Bool,
                "u1" => NumberType.UInt8,
                "i1" => NumberType.Int8,
                "u2" => NumberType.UInt16,
                "i2" => NumberType.Int16,
                "u4" => NumberType.UInt32,
                "i4" => NumberType.Int32,
                "u8" => NumberType.UInt64,
                "i8" => NumberType.Int64,
                "f2" => NumberType.Float16,
                "f4" => NumberType.Float32,
                "f8" => NumberType.Float64,
                _ => null,
            } : null;
            if (type is null || descr[0] is not ('<' or '>' or '|'))
                throw new InvalidInputException($"{place}: .npy type {NearestName.Quote(descr)}; expected <, > or | and one of b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4, f8");
            return new NumberFormat(type.Value, descr[0] == '>');
        }

        private bool Boolean()
        {
            foreach (var (word, value) in new[] { ("True", true), ("False", false) })
            {
                Peek();
                if (string.CompareOrdinal(text, _at, word, 0, word.Length) != 0) continue;
                _at += word.Length;
                return value;
            }
            throw Wrong("True or False");
        }

        private List<long> Tuple()
        {
            var shape = new List<long>();
            Take('(');
            while (!TryTake(')'))
            {
                if (shape.Count == TensorShape.MaxRank) throw Wrong($"at most {TensorShape.MaxRank} dimensions");
                Peek();
                var start = _at;
                while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
                if (!long.TryParse(text.AsSpan(start, _at - start), out var dimension)) throw Wrong("a dimension");
                shape.Add(dimension);
                if (!TryTake(',') && Peek() != ')') throw Wrong("a comma or )");
            }
            return shape;
        }

        private string Quoted()
        {
            var quote = Peek();
            if (quote is not ('\'' or '"')) throw Wrong("a quoted word");
            var end = text.IndexOf(quote, _at + 1);
            if (end < 0) throw Wrong("a closing quote");
            var word = text[(_at + 1)..end];
            _at = end + 1;
            return word;
        }

        // The next character that is not white space, '\0' at the end.
        private char Peek()
        {
            while (_at < text.Length && (text[_at] is ' ' or '\n' or '\t' or '\r')) _at++;
            return _at < text.Length ? text[_at] : '\0';
        }

        private bool TryTake(char expected)
        {
            if (Peek() != expected) return false;
            _at++;
            return true;
        }

        private void Take(char expected)
        {
            if (!TryTake(expected)) throw Wrong($"{expected}");
        }

        private InvalidInputException Wrong(string expected) =>
            new($"{place}: bad .npy header at character {_at}: expected {expected}, got {NearestName.Quote(text[Math.Min(_at, text.Length)..].Trim())}");
    }
}
