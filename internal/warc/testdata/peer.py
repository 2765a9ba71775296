"""Has warcio write a file: peer.py PATH gzip|plain WARC/1.1|WARC/1.0

A page in gzip, a chunked one, a note, a revisit of the page and a DNS answer.
"""
import gzip
import io
import sys

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

path, form, version = sys.argv[1:]
out = open(path, 'wb')
w = WARCWriter(out, gzip=form == 'gzip', warc_version=version)
w.write_record(w.create_warcinfo_record('a.warc', {'software': 'warcio'}))


def add(uri, kind, payload, **more):
    w.write_record(w.create_warc_record(uri, kind, payload=io.BytesIO(payload), **more))


def page(payload, *headers):
    fields = [('Content-Type', 'text/html')] + list(headers)
    h = StatusAndHeaders('200 OK', fields, protocol='HTTP/1.1')
    add('https://wire.example/p', 'response', payload, http_headers=h)


page(gzip.compress(b'<p>One.</p>'), ('Content-Encoding', 'gzip'))
page(b'b\r\n<p>Two.</p>\r\n0\r\n\r\n', ('Transfer-Encoding', 'chunked'))
add('file:n', 'resource', b'A note.', warc_content_type='text/plain')
w.write_record(w.create_revisit_record(
    'https://wire.example/p', 'sha1:B6QJ6BNJ3R4B23XXMRKZKHLPGJY2VE4O',
    'https://wire.example/p', '2024-03-02T10:00:00Z'))
add('dns:wire.example', 'response', b'20240302\n', warc_content_type='text/dns')
out.close()
