package fetch

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"ibid/corpus"
)

// reach says who can stand behind an address.
type reach int

const (
	nobody  reach = iota // no page stands there; never dialled
	private              // this machine or its network; dialled where the corpus allows it
	public               // anybody
)

// The networks after IANA's special-purpose registries for IPv4 and IPv6. Of IPv6 only 2000::/3
// is given out; what lies outside, the translating prefix of NAT64 and addresses that hold an
// IPv4 address among it, is refused without being listed.
var (
	// secrets are the places where clouds hand out credentials; some lie in private networks
	// and one is a public address.
	secrets = prefixes("169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.0/24",
		"fe80::/10", "fd00:ec2::/32", "fd20:ce::/32")
	privates = prefixes("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
		"::1/128", "fc00::/7")
	reserved = prefixes("0.0.0.0/8", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20") // Teredo is in the first, 6to4 the third
	given = netip.MustParsePrefix("2000::/3")
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// reachOf sorts an address. A mapped one is the IPv4 address that it maps.
func reachOf(a netip.Addr) reach {
	a = a.Unmap().WithZone("")
	in := func(list []netip.Prefix) bool {
		return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	switch {
	case !a.IsValid() || in(secrets):
		return nobody
	case in(privates):
		return private
	case in(reserved) || a.Is6() && (!given.Contains(a) || isISATAP(a)):
		return nobody
	}
	return public
}

// isISATAP reports whether the lower half of an address is an IPv4 address to tunnel to.
func isISATAP(a netip.Addr) bool {
	b := a.As16()
	return b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}

// pagePorts are the ports that pages are served on.
var pagePorts = []uint16{80, 443}

// control is called by the dialer with the address it is about to connect to, after every
// look-up and redirect. It is the one gate that all connections pass.
func (f *Fetcher) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return corpus.Errorf(corpus.Invalid, address, "not an address: %w", err)
	}
	switch r := f.reach(ap.Addr()); {
	case r == nobody:
		return corpus.Errorf(corpus.Invalid, address, "is an address that no page stands on").
			WithRemedy("it is never asked, whatever corpus.yaml says")
	case r == private && f.opt.AllowPrivate:
		return nil
	case r == private:
		return corpus.Errorf(corpus.Invalid, address, "is not a public address").
			WithRemedy("if the corpus may read from it, set fetch.allow_private in corpus.yaml")
	case !slices.Contains(pagePorts, ap.Port()) && !slices.Contains(f.opt.Ports, ap.Port()):
		return corpus.Errorf(corpus.Invalid, address, "port %d is not one that pages are served on", ap.Port()).
			WithRemedy(fmt.Sprintf("ports are %v and those of fetch.ports in corpus.yaml", pagePorts))
	}
	return nil
}
