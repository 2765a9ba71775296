package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"ibid/corpus"
)

func TestReach(t *testing.T) {
	t.Parallel()
	for want, list := range map[reach]string{
		private: "127.0.0.1 127.8.9.1 10.1.2.3 100.64.0.1 172.31.0.1 192.168.1.1 ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 fc00::1 fd12::1",
		nobody: `0.0.0.0 0.1.2.3 169.254.169.254 169.254.170.2 100.100.100.200 168.63.129.16 192.0.0.192 192.0.2.1 192.88.99.1
			198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 255.255.255.255 ::ffff:169.254.169.254 ::ffff:0.0.0.0
			:: ::7f00:1 ::a00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 ::ffff:0:7f00:1 100::1 2002:7f00:1:: 2002:a9fe:a9fe::1
			2001:0:1:: 2001:0:4136:e378:8000:63bf:80ff:fffe 2001:db8::1 3fff::1 5f00::1 fe80::1%eth0 fec0::1 ff02::1 4000::1
			fd00:ec2::254 fd20:ce::254 2606:2800:220::5efe:7f00:1 2606:2800:220:0:200:5efe:a00:1`,
		public: "8.8.8.8 93.184.216.34 192.0.1.1 100.128.0.1 172.32.0.1 2606:2800:220:1::1 2a00:1450::1 ::ffff:8.8.8.8",
	} {
		for _, s := range strings.Fields(list) {
			if got := reachOf(netip.MustParseAddr(s)); got != want {
				t.Errorf("%s: reach %d, want %d", s, got, want)
			}
		}
	}
}

func TestPlainHost(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Wire.Example": "wire.example", "bücher.example": "xn--bcher-kva.example", "пример.рф": "xn--e1afmkfd.xn--p1ai",
		"a_b.example": "a_b.example", "8.8.8.8": "8.8.8.8", "2606:2800::0:1": "2606:2800::1", "0x.example": "0x.example",
		"127.1": "", "0x7f.1": "", "0177.0.0.1": "", "2130706433": "", "127.0.0.1.": "", "127.0.0.0x1": "", "0x": "",
		"１２７.0.0.1": "", "①②⑦.0.0.1": "", "a b": "", "a/b": "", "a\x00b": "", "a%b": "", "fe80::1%lo": "", "1:2": "",
		strings.Repeat("a.", 150): "", "xn--\u00fc": "",
	} {
		if got, err := plainHost(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
		}
	}
}

// The world of the attacks. The attacker's server stands on 127.0.0.9, which counts as a public
// address here, as does its port; the names of attacker.test lead there and, once asked again or
// at the same time, to where they should not.
const attacker = "127.0.0.9"

// world records what is dialled and answers look-ups.
type world struct {
	mu     sync.Mutex
	dialed map[netip.Addr]bool
	asked  map[string]int
	dns    net.PacketConn
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dns, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dns.Close() })
	w := &world{dialed: map[netip.Addr]bool{}, asked: map[string]int{}, dns: dns}
	go w.serveNames()
	return w
}

// fetcher is one that lives in the world.
func (w *world) fetcher(opt Options) *Fetcher {
	opt.Delay, opt.Attempts, opt.Timeout = -1, 1, 5*time.Second
	opt.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", w.dns.LocalAddr().String())
	}}
	f := New(opt)
	f.reach = func(a netip.Addr) reach {
		r := reachOf(a)
		if a.Unmap() == netip.MustParseAddr(attacker) {
			r = public
		}
		if r == public || r == private && opt.AllowPrivate {
			w.mu.Lock()
			w.dialed[a.Unmap()] = true
			w.mu.Unlock()
		}
		return r
	}
	return f
}

// rebinding are the addresses of a name, one set a look-up; the last set stays.
func rebinding(name string) [][]string {
	first, _, _ := strings.Cut(name, ".")
	kind, hexed, _ := strings.Cut(first, "-")
	inner := strings.ReplaceAll(hexed, "-", ".")
	if strings.HasPrefix(inner, "v6") {
		inner = strings.ReplaceAll(inner[2:], ".", ":")
	}
	switch kind {
	case "later": // harmless while robots.txt is asked for
		return [][]string{{attacker}, {inner}}
	case "both":
		return [][]string{{inner, inner}}
	case "mixed": // the attacker does not listen there, so the dialer goes on to the next
		return [][]string{{attacker, inner}}
	case "plain":
		return [][]string{{inner}}
	}
	return [][]string{{attacker}}
}

// serveNames answers each question by its name.
func (w *world) serveNames() {
	buf := make([]byte, 1500)
	for {
		n, from, err := w.dns.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil || len(m.Questions) == 0 {
			continue
		}
		q := m.Questions[0]
		m.Response, m.Additionals = true, nil
		w.mu.Lock()
		key := q.Name.String() + q.Type.String()
		sets := rebinding(q.Name.String())
		set := sets[min(w.asked[key], len(sets)-1)]
		w.asked[key]++
		w.mu.Unlock()
		for _, s := range set {
			a := netip.MustParseAddr(s)
			h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
			switch {
			case a.Is4() && q.Type == dnsmessage.TypeA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
			case !a.Is4() && q.Type == dnsmessage.TypeAAAA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
			}
		}
		if b, err := m.Pack(); err == nil {
			_, _ = w.dns.WriteTo(b, from)
		}
	}
}

// attacks are addresses that lead where no page should lead, by their spelling. PORT is that of
// a server that listens on loopback.
const attacks = `
	http://127.0.0.1:PORT/ http://127.0.0.1 https://127.0.0.1 http://localhost:PORT/ http://LOCALHOST:PORT/ http://localhost.:PORT/
	http://127.1:PORT/ http://127.0.1:PORT/ http://2130706433:PORT/ http://0x7f000001:PORT/ http://0x7f.1:PORT/ http://0x7F.0x0.0x0.0x1:PORT/
	http://0177.0.0.1:PORT/ http://017700000001:PORT/ http://127.0.0.1.:PORT/ http://127.00.00.01:PORT/ http://0:PORT/ http://0.0.0.0:PORT/
	http://127.8.8.8:PORT/ http://[::1]:PORT/ http://[::]:PORT/ http://[0:0:0:0:0:0:0:1]:PORT/ http://[::ffff:127.0.0.1]:PORT/
	http://[::ffff:7f00:1]:PORT/ http://[::127.0.0.1]:PORT/ http://[::ffff:0:127.0.0.1]:PORT/ http://[64:ff9b::7f00:1]:PORT/ http://[64:ff9b::127.0.0.1]:PORT/
	http://[64:ff9b:1::7f00:1]:PORT/ http://[2002:7f00:1::]:PORT/ http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:PORT/ http://[fe80::1%25lo]:PORT/
	http://[fe80::5efe:7f00:1]:PORT/ http://１２７.０.０.１:PORT/ http://①②⑦.⓪.⓪.①:PORT/ http://ⓛocalhost:PORT/ http://127。0。0。1:PORT/ http://%31%32%37.0.0.1:PORT/
	http://127.0.0.%31:PORT/ http://loc%61lhost:PORT/ http://127.0.0.1%00.wire.example:PORT/ http://user@127.0.0.1:PORT/ http://wire.example@127.0.0.1:PORT/ http://wire.example:80@127.0.0.1:PORT/
	http://127.0.0.1:PORT#@wire.example/ http://127.0.0.1:PORT\@wire.example/ http://wire.example\@127.0.0.1:PORT/ http:///127.0.0.1:PORT/
	//127.0.0.1:PORT/ http:127.0.0.1:PORT http://169.254.169.254/latest/meta-data http://[::ffff:a9fe:a9fe]/ http://[64:ff9b::a9fe:a9fe]/ http://2852039166/
	http://0xa9fea9fe/ http://169.254.43518/ http://[fd00:ec2::254]/ http://100.100.100.200/ http://168.63.129.16/ http://192.0.0.192/ http://10.0.0.1/ http://192.168.0.1/
	http://172.16.0.1/ http://[fc00::1]/ http://255.255.255.255/ http://224.0.0.1/ http://ATTACKER:22/ http://ATTACKER:6379/ https://ATTACKER:8443/
	file:///etc/passwd gopher://127.0.0.1:PORT/ ftp://127.0.0.1/ dict://127.0.0.1:PORT/ ldap://127.0.0.1:PORT/ javascript:alert(1) data:text/html,x
	http://plain-127-0-0-1.attacker.test:PORT/ http://plain-10-0-0-1.attacker.test/ http://plain-169-254-169-254.attacker.test/ http://plain-0-0-0-0.attacker.test:PORT/
	http://plain-v6--1.attacker.test:PORT/ http://plain-v6fd00-ec2--254.attacker.test/ http://plain-v664-ff9b--7f00-1.attacker.test:PORT/ http://both-127-0-0-1.attacker.test:PORT/
	http://mixed-127-0-0-1.attacker.test:PORT/ http://mixed-v6--1.attacker.test:PORT/`

// rebinders are names that are harmless at the first look-up.
const rebinders = `http://later-127-0-0-1.attacker.test:PUBLIC/a http://later-10-0-0-1.attacker.test:PUBLIC/a http://later-169-254-169-254.attacker.test:PUBLIC/a
	http://later-0-0-0-0.attacker.test:PUBLIC/a http://later-192-168-1-1.attacker.test:PUBLIC/a http://later-100-100-100-200.attacker.test:PUBLIC/a
	http://later-v6--1.attacker.test:PUBLIC/a http://later-v6--ffff-7f00-1.attacker.test:PUBLIC/a http://later-v6--ffff-a9fe-a9fe.attacker.test:PUBLIC/a
	http://later-v664-ff9b--7f00-1.attacker.test:PUBLIC/a http://later-v62002-7f00-1--1.attacker.test:PUBLIC/a http://later-v6fd00-ec2--254.attacker.test:PUBLIC/a`

// stage sets up the target on loopback and the attacker's server, which sends every page and,
// under the path /robots, its robots.txt too, to where the path's query says.
type stage struct {
	*world
	target, public string // ports
	hits           chan string
	to             chan string // where the attacker's server redirects next
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{world: newWorld(t), hits: make(chan string, 1000), to: make(chan string, 1)}
	hit := func(c net.Conn) { s.hits <- c.LocalAddr().String() }
	addr := rawServer(t, hit)
	s.target = addr[strings.LastIndex(addr, ":")+1:]
	if l, err := net.Listen("tcp", "[::1]:"+s.target); err == nil { // where there is no IPv6, the rest still stands
		serveRaw(t, l, hit)
	}
	l, err := net.Listen("tcp", attacker+":0")
	if err != nil {
		lacking(t, err)
	}
	addr = serveRaw(t, l, func(c net.Conn) {
		select {
		case to := <-s.to:
			if !isRobots(c) {
				fmt.Fprintf(c, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to)
			} else {
				s.to <- to
			}
		default:
			isRobots(c)
		}
	})
	s.public = addr[strings.LastIndex(addr, ":")+1:]
	return s
}

func (s *stage) list(text string) []string {
	text = strings.NewReplacer("PORT", s.target, "ATTACKER", attacker, "PUBLIC", s.public).Replace(text)
	return strings.Fields(text)
}

func (s *stage) options() Options {
	var public, target uint16
	fmt.Sscan(s.public, &public)
	fmt.Sscan(s.target, &target)
	return Options{Ports: []uint16{public, target}} // so that no attack fails by its port alone
}

// None of the attacks is dialled: typed, as the goal of a redirect, as the goal of a redirect of
// robots.txt, and by names that change their mind. Only the attacker's own server is.
func TestAttackAddressesAreNotDialled(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	refused, tried := 0, 0
	try := func(how, attack, url string) string {
		tried++
		_, err := s.fetcher(s.options()).Fetch(t.Context(), Request{URL: url})
		if err == nil {
			t.Errorf("%s %s: fetched", how, attack)
			return ""
		}
		refused++
		return err.Error()
	}
	all := s.list(attacks)
	for _, a := range all {
		try("typed", a, a)
		s.to <- a
		try("through a redirect", a, "http://"+attacker+":"+s.public+"/a")
		select {
		case <-s.to:
			t.Errorf("%s: the attacker's server was not asked", a)
		default:
		}
	}
	for _, a := range s.list(rebinders) {
		if says := try("rebound", a, a); strings.Contains(says, "robots.txt") {
			t.Errorf("%s: refused before it had changed its mind: %s", a, says)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.dialed, netip.MustParseAddr(attacker))
	if len(s.dialed) != 0 || len(s.hits) != 0 {
		t.Errorf("dialled %v, %d hits", s.dialed, len(s.hits))
	}
	t.Logf("figure: %d attack addresses and %d rebinding names, %d of %d tries refused, %d dialled", len(all),
		len(s.list(rebinders)), refused, tried, len(s.dialed)+len(s.hits))
}

// A redirect of robots.txt is watched as well.
func TestRobotsDoNotLeadAstray(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	l, err := net.Listen("tcp", attacker+":0")
	if err != nil {
		lacking(t, err)
	}
	var to string
	addr := serveRaw(t, l, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1000))
		fmt.Fprintf(c, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to)
	})
	opt := s.options()
	var port uint16
	fmt.Sscan(addr[strings.LastIndex(addr, ":")+1:], &port)
	opt.Ports = append(opt.Ports, port)
	for _, to = range s.list(attacks) {
		if _, err := s.fetcher(opt).Fetch(t.Context(), Request{URL: "http://" + addr + "/a"}); err == nil {
			t.Errorf("%s: fetched", to)
		}
	}
	delete(s.dialed, netip.MustParseAddr(attacker))
	if len(s.dialed) != 0 || len(s.hits) != 0 {
		t.Errorf("dialled %v, %d hits", s.dialed, len(s.hits))
	}
}

// Where clouds keep their secrets nothing is dialled even if private addresses are allowed.
func TestSecretsAreNeverDialled(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	opt := s.options()
	opt.AllowPrivate = true
	for _, a := range strings.Fields(`http://169.254.169.254/latest/meta-data http://169.254.170.2/v2/credentials http://[::ffff:169.254.169.254]/
		http://[fd00:ec2::254]/ http://[fd20:ce::254]/ http://100.100.100.200/ http://168.63.129.16/ http://192.0.0.192/ http://[fe80::a9fe:a9fe]/
		http://[64:ff9b::a9fe:a9fe]/ http://[2002:a9fe:a9fe::]/ http://[::169.254.169.254]/ http://plain-169-254-169-254.attacker.test/
		http://plain-v6fd00-ec2--254.attacker.test/ http://0.0.0.0/`) {
		_, err := s.fetcher(opt).Fetch(t.Context(), Request{URL: a})
		if corpus.KindOf(err) != corpus.Invalid || !strings.Contains(err.Error(), "no page stands on") {
			t.Errorf("%s: %v", a, err)
		}
	}
	if len(s.dialed) != 0 {
		t.Errorf("dialled %v", s.dialed)
	}
}

// Proxies of the environment are not asked. The environment is everybody's, so this test runs alone.
func TestNoProxies(t *testing.T) {
	proxy := rawServer(t, func(net.Conn) { t.Error("the proxy was asked") })
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, "http://"+proxy)
	}
	s := newStage(t)
	if _, err := s.fetcher(s.options()).Fetch(t.Context(), Request{URL: "http://plain-10-0-0-1.attacker.test/"}); err == nil {
		t.Error("fetched")
	}
}

// Whatever the text, an address that passes has one spelling, which passes again, and no number
// in disguise.
func FuzzAddress(f *testing.F) {
	for _, s := range strings.Fields(attacks) {
		f.Add(strings.ReplaceAll(s, "PORT", "8080"))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := parseURL(raw)
		if err != nil {
			return
		}
		again, err := parseURL(u.String())
		if err != nil || again.Host != u.Host {
			t.Errorf("%q becomes %q, which becomes %v, %v", raw, u, again, err)
		}
		if _, err := netip.ParseAddr(u.Hostname()); err != nil && endsInNumber(u.Hostname()) {
			t.Errorf("%q passes as %q", raw, u)
		}
	})
}

// lacking ends a test that needs a second address on loopback.
func lacking(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("there is no second address on loopback, and CI demands it: %v", err)
	}
	t.Skipf("there is no second address on loopback: %v", err)
}
