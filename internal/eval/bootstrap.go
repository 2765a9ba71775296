package eval

import "sort"

// bootstrap draws documents with replacement and gives the 2.5th and 97.5th percentile of
// strict F1. The draws are those of the sets' scorer, seeded with 1, so that intervals agree.
func bootstrap(rows []cell, times int) Figure {
	rnd := newTwister(1)
	scores := make([]float64, times)
	for i := range scores {
		var c cell
		for range rows {
			r := rows[rnd.below(len(rows))]
			c.tp, c.gold, c.pred = c.tp+r.tp, c.gold+r.gold, c.pred+r.pred
		}
		scores[i] = percentF1(ratio(c.tp, c.pred), ratio(c.tp, c.gold))
	}
	sort.Float64s(scores)
	low, high := int(.025*float64(times)), min(times-1, int(.975*float64(times)))
	return Figure{Name: "ci95", List: true,
		Parts: []Figure{share("low", scores[low]), share("high", scores[high])}}
}

// twister is the Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), written from
// their description, seeded as init_by_array does with one word.
type twister struct {
	state [624]uint32
	at    int
}

func newTwister(seed uint32) *twister {
	t := &twister{at: 624}
	s := &t.state
	s[0] = 19650218
	for i := uint32(1); i < 624; i++ {
		s[i] = 1812433253*(s[i-1]^s[i-1]>>30) + i
	}
	i := uint32(1)
	for range 624 {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1664525) + seed
		if i++; i == 624 {
			s[0], i = s[623], 1
		}
	}
	for range 623 {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1566083941) - i
		if i++; i == 624 {
			s[0], i = s[623], 1
		}
	}
	s[0] = 1 << 31
	return t
}

// next is the next word of 32 bits.
func (t *twister) next() uint32 {
	if t.at == 624 {
		t.at = 0
		for i := range t.state {
			y := t.state[i]&(1<<31) | t.state[(i+1)%624]&(1<<31-1)
			v := t.state[(i+397)%624] ^ y>>1
			if y&1 == 1 {
				v ^= 0x9908b0df
			}
			t.state[i] = v
		}
	}
	y := t.state[t.at]
	t.at++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// below draws a number from 0 to n-1 by taking as many high bits as n has until it fits.
func (t *twister) below(n int) int {
	bits := 0
	for v := n; v > 0; v >>= 1 {
		bits++
	}
	for {
		if r := int(t.next() >> (32 - bits)); r < n {
			return r
		}
	}
}
