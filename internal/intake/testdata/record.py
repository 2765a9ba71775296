"""Has warcio record what requests fetches: record.py PATH 1.0|1.1 URL…"""
import sys

from warcio.capture_http import capture_http

import requests

path, version, urls = sys.argv[1], sys.argv[2], sys.argv[3:]
with open(path, 'wb') as out:
    from warcio.warcwriter import WARCWriter
    writer = WARCWriter(out, gzip=path.endswith('.gz'), warc_version='WARC/' + version)
    with capture_http(writer):
        for url in urls:
            requests.get(url)
