package syntax

import (
	"math"
	"strings"
	"testing"
)

func TestLiterals(t *testing.T) {
	for _, c := range []struct {
		text string
		want Literal
	}{
		// The examples of the section "Numeric Literals".
		{"1u", Literal{Kind: LitU32, Int: 1}},
		{"123", Literal{Kind: LitAbstractInt, Int: 123}},
		{"0", Literal{Kind: LitAbstractInt}},
		{"0i", Literal{Kind: LitI32}},
		{"0x123", Literal{Kind: LitAbstractInt, Int: 0x123}},
		{"0X123u", Literal{Kind: LitU32, Int: 0x123}},
		{"0x3f", Literal{Kind: LitAbstractInt, Int: 0x3f}},
		{"0.e+4f", Literal{Kind: LitF32}},
		{"01.", Literal{Kind: LitAbstractFloat, Float: 1}},
		{".01", Literal{Kind: LitAbstractFloat, Float: .01}},
		{"12.34", Literal{Kind: LitAbstractFloat, Float: 12.34}},
		{".0f", Literal{Kind: LitF32}},
		{"0h", Literal{Kind: LitF16}},
		{"1e-3", Literal{Kind: LitAbstractFloat, Float: 1e-3}},
		{"0xa.fp+2", Literal{Kind: LitAbstractFloat, Float: 0xa.fp+2}},
		{"0x1P+4f", Literal{Kind: LitF32, Float: 16}},
		{"0X.3", Literal{Kind: LitAbstractFloat, Float: 0x.3p0}},
		{"0x3p+2h", Literal{Kind: LitF16, Float: 12}},
		{"0X1.fp-4", Literal{Kind: LitAbstractFloat, Float: 0x1.fp-4}},
		{"0x3.2p+2h", Literal{Kind: LitF16, Float: 12.5}},
		// Ends of the ranges.
		{"2147483647i", Literal{Kind: LitI32, Int: math.MaxInt32}},
		{"0x7fffffffi", Literal{Kind: LitI32, Int: math.MaxInt32}},
		{"4294967295u", Literal{Kind: LitU32, Int: math.MaxUint32}},
		{"0xffffffffu", Literal{Kind: LitU32, Int: math.MaxUint32}},
		{"9223372036854775807", Literal{Kind: LitAbstractInt, Int: math.MaxInt64}},
		{"0x0000000000000000000000001", Literal{Kind: LitAbstractInt, Int: 1}},
		{"3.4028234663852886e+38f", Literal{Kind: LitF32, Float: math.MaxFloat32}},
		{"0x1.fffffep+127f", Literal{Kind: LitF32, Float: math.MaxFloat32}},
		{"65504h", Literal{Kind: LitF16, Float: 65504}},
		{"0x1.ffcp+15h", Literal{Kind: LitF16, Float: 65504}},
		{"1.7976931348623157e308", Literal{Kind: LitAbstractFloat, Float: math.MaxFloat64}},
		// Rounding, and the least values.
		{"0.1f", Literal{Kind: LitF32, Float: float64(float32(0.1))}},
		{"0.1h", Literal{Kind: LitF16, Float: 0x1.998p-4}},
		{"2049h", Literal{Kind: LitF16, Float: 2048}},
		{"2051h", Literal{Kind: LitF16, Float: 2052}},
		{"0x1p-149f", Literal{Kind: LitF32, Float: math.SmallestNonzeroFloat32}},
		{"0x1p-24h", Literal{Kind: LitF16, Float: 0x1p-24}},
		{"0x1p-1074", Literal{Kind: LitAbstractFloat, Float: math.SmallestNonzeroFloat64}},
		{"1e-400", Literal{Kind: LitAbstractFloat}},
		{"1e-99999999999999999999", Literal{Kind: LitAbstractFloat}},
		{"0e99999999999999999999f", Literal{Kind: LitF32}},
		{"0x0p99999999999999999999f", Literal{Kind: LitF32}},
		{"1.00000000000000000000000000000000000000001", Literal{Kind: LitAbstractFloat, Float: 1}},
		// Digits after the 16th significant one are taken as 0.
		{"0x1.0000000000000001p0f", Literal{Kind: LitF32, Float: 1}},
		{"0x1000000000000000000p-72f", Literal{Kind: LitF32, Float: 1}},
		{"0x.00000000000000000000001p92f", Literal{Kind: LitF32, Float: 1}},
		{"0x1.8", Literal{Kind: LitAbstractFloat, Float: 1.5}},
		{"0x1f", Literal{Kind: LitAbstractInt, Int: 31}},
		{"0x1.f", Literal{Kind: LitAbstractFloat, Float: 1.9375}},
	} {
		got, bad := decideLiteral(c.text)
		if bad != nil {
			t.Errorf("%s: %s", c.text, bad.message)
			continue
		}
		if got.Kind != c.want.Kind || got.Int != c.want.Int || got.Float != c.want.Float {
			t.Errorf("%s is kind %d, %d, %g; want kind %d, %d, %g", c.text, got.Kind, got.Int, got.Float, c.want.Kind, c.want.Int, c.want.Float)
		}
	}
}

// TestManyZeros reads numbers whose digits and exponent are both large and make a
// small number together.
func TestManyZeros(t *testing.T) {
	zeros := strings.Repeat("0", 200000)
	for _, text := range []string{"0." + zeros + "1e200001", "1" + zeros + ".0e-200000", "0x0." + zeros + "1p800004", "0x1" + zeros + "p-800000"} {
		l, bad := decideLiteral(text)
		if bad != nil || l.Float != 1 {
			t.Errorf("%s… (%d digits) is %v, %v; want 1", text[:5], len(text), l.Float, bad)
		}
	}
}

func TestWrongLiterals(t *testing.T) {
	for _, c := range []struct{ text, message, help string }{
		{"012", "`012` is not a number", "no leading zeros"},
		{"00", "`00` is not a number", "no leading zeros"},
		{"012u", "`012u` is not a number", "no leading zeros"},
		{"0x", "`0x` is not a number", "hexadecimal digits"},
		{"0xg", "`0xg` is not a number", "hexadecimal digits"},
		{"0b101", "`0b101` is not a number", "no binary numbers"},
		{"1.0F", "`1.0F` is not a number", "`1.0f`"},
		{"1U", "`1U` is not a number", "`1u`"},
		{"1ul", "`1ul` is not a number", "64-bit"},
		{"1_000", "`1_000` is not a number", "grouped"},
		{"0x1.8h", "`0x1.8h` is not a number", "needs an exponent"},
		{"1e", "`1e` is not a number", "exponent"},
		{"1ef", "`1ef` is not a number", "exponent"},
		{"0x1p", "`0x1p` is not a number", "exponent"},
		{"1.5u", "`1.5u` is not a number", "suffixes are f and h"},
		{"12abc", "`12abc` is not a number", "after `12`"},
		{"2147483648i", "`2147483648i` does not fit i32, whose greatest value is 2147483647", "i32(-2147483648)"},
		{"3000000000i", "`3000000000i` does not fit i32, whose greatest value is 2147483647", "suffix u"},
		{"4294967296u", "`4294967296u` does not fit u32, whose greatest value is 4294967295", "smaller"},
		{"9223372036854775808", "`9223372036854775808` does not fit an integer of 64 bits with sign, of -9223372036854775808 to 9223372036854775807", "float"},
		{"0x10000000000000000", "`0x10000000000000000` does not fit an integer of 64 bits with sign, of -9223372036854775808 to 9223372036854775807", "float"},
		{"3.5e38f", "`3.5e38f` does not fit f32, whose greatest value is 3.4028234663852886e+38", "smaller"},
		{"65505h", "`65505h` does not fit f16, whose greatest value is 65504", "smaller"},
		{"1.8e308", "`1.8e308` does not fit a float of 64 bits", "smaller"},
		{"1e99999999999999999999", "`1e99999999999999999999` does not fit a float of 64 bits", "smaller"},
		{"0x1p128f", "`0x1p128f` does not fit f32, whose greatest value is 3.4028234663852886e+38", "smaller"},
		{"0x1p16h", "`0x1p16h` does not fit f16, whose greatest value is 65504", "smaller"},
		{"0x1.00000001p0f", "`0x1.00000001p0f` is not exactly a value of f32", "fewer digits"},
		{"0x1.002p0h", "`0x1.002p0h` is not exactly a value of f16", "fewer digits"},
		{"0x1p-150f", "`0x1p-150f` is not exactly a value of f32", "fewer digits"},
		{"0x1p-25h", "`0x1p-25h` is not exactly a value of f16", "fewer digits"},
		{"0x1p-99999999999999999999f", "`0x1p-99999999999999999999f` is not exactly a value of f32", "fewer digits"},
	} {
		_, bad := decideLiteral(c.text)
		if bad == nil {
			t.Errorf("%s passes", c.text)
			continue
		}
		if bad.message != c.message || !strings.Contains(bad.help, c.help) {
			t.Errorf("%s: %q, %q; want %q and a help with %q", c.text, bad.message, bad.help, c.message, c.help)
		}
	}
}

func TestNumberExtent(t *testing.T) {
	for _, c := range []struct {
		text string
		end  int
	}{
		{"1.x", 2}, {"1..2", 2}, {".", 0}, {".e", 0}, {".5.", 2}, {"1e+", 1}, {"1e+5", 4}, {"0x.p1", 1}, {"0x.8", 4},
		{"0x1.p1", 6}, {"0x1p+1f", 7}, {"0x1.f", 5}, {"00.5", 4}, {"1fu", 2}, {"x", 0}, {"", 0},
	} {
		if got := numberEnd(c.text, 0); got != c.end {
			t.Errorf("the number at the beginning of %q ends at %d, want %d", c.text, got, c.end)
		}
	}
}
