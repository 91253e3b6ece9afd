"""A PDF of one page of text, written by hand: enough to be opened, looked at and passed on."""

_RESOURCES = b"<< /Font << /F1 4 0 R >> >>"


def build_pdf(title: str, lines: list[str]) -> bytes:
    """The file's bytes. Only Latin letters can be shown; others become question marks."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources %s >>" % _RESOURCES,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _stream(title, lines),
    ]
    body = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)


def _stream(title: str, lines: list[str]) -> bytes:
    shown = [b"BT /F1 18 Tf 60 770 Td (%s) Tj ET" % _quoted(title)]
    for row, line in enumerate(lines):
        shown.append(b"BT /F1 11 Tf 60 %d Td (%s) Tj ET" % (735 - 16 * row, _quoted(line)))
    content = b"\n".join(shown)
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _quoted(text: str) -> bytes:
    plain = text.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
