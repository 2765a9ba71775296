package fetch

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"ibid/corpus"
)

// denied lists the networks that no page stands on: IANA's special-purpose registries for
// IPv4 and IPv6. Mapped addresses are unmapped first; the translating prefixes (NAT64, 6to4,
// Teredo) are denied whole because they hide an IPv4 address.
var denied = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
	"3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// public reports whether an address is one that anybody may reach.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsValid() && !slices.ContainsFunc(denied, func(p netip.Prefix) bool { return p.Contains(a) })
}

// pagePorts are the ports that pages are served on.
var pagePorts = []uint16{80, 443}

// control is called by the dialer with the address it is about to connect to, after every
// look-up and redirect. It is the one gate that all connections pass.
func (f *Fetcher) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	switch {
	case err != nil:
		return corpus.Errorf(corpus.Invalid, address, "not an address: %w", err)
	case !public(ap.Addr()):
		if f.opt.AllowPrivate {
			return nil
		}
		return corpus.Errorf(corpus.Invalid, address, "is not a public address").
			WithRemedy("if the corpus may read from it, set fetch.allow_private in corpus.yaml")
	case !slices.Contains(pagePorts, ap.Port()):
		return corpus.Errorf(corpus.Invalid, address, "port %d is not one that pages are served on", ap.Port()).
			WithRemedy(fmt.Sprintf("ports are %v", pagePorts))
	}
	return nil
}
