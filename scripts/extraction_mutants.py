#!/usr/bin/env python3
"""Reads damaged and hostile DOCX files with codeframe and checks that each ends in a text or an error, in time and memory.

    extraction_mutants.py FOLDER … [--program PROGRAM] [--n 10000] [--seed 1] [--seconds 5] [--megabytes 256] [--keep DIR]
    extraction_mutants.py --large [--program PROGRAM]

Mutants are made of the .docx files in FOLDER: bits flipped, the container cut short, and in its parts tags cut, doubled,
moved or left open, attributes swapped, text cut, bytes deleted, deep nesting, many namespaces, entities; forged sizes, checksums,
methods, flags and counts in zip headers; parts missing, empty, doubled or exchanged. Mutant i depends on the seed and i alone.
`--large` makes documents of 50 MB (prose, short paragraphs, cells, one long text), bombs of 300 MB and 1 GB, and depth a million.

Fails (exit 1) on: an exit code other than 0, 1, 2; a signal; a message of a panic; more seconds (of processor time) or megabytes
(peak resident memory) than allowed; nothing said on an error. Such files are kept in --keep.
"""
import argparse, collections, io, json, os, pathlib, random, re, struct, subprocess, sys, tempfile, zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(parts, level=6):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=level) as z:
        for name, data in parts: z.writestr(name, data)
    return out.getvalue()


def mutate_xml(rng, data):
    tags = [m.span() for m in re.finditer(rb'<[^>]*>', data)]
    if not tags: return data[:rng.randrange(len(data) + 1)]
    a, b = rng.choice(tags); c, _ = rng.choice(tags)
    kind = rng.randrange(14)
    if kind == 0: return data[:a] + data[b:]
    if kind == 1: return data[:c] + data[a:b] + data[c:]
    if kind == 2: return data[:a] + data[a:b] * rng.randrange(2, 2000) + data[b:]
    if kind == 3: return data[:rng.randrange(len(data) + 1)]
    if kind == 4: return data[:b - 1] + data[b:]
    if kind == 5: i = rng.randrange(len(data)); return data[:i] + bytes([rng.randrange(256)]) + data[i + 1:]
    if kind == 6: i, j = sorted(rng.randrange(len(data)) for _ in '12'); return data[:i] + data[min(j, i + rng.randrange(1, 500)):]
    if kind == 7: return data[:a] + b'<w:tbl><w:tr><w:tc><w:p>' * rng.choice([3, 400, 5000, 100000]) + data[a:]
    if kind == 8: return data[:a] + b'<w:sdt><w:sdtContent>' * 300 + data[a:]
    if kind == 9: return data.replace(b'w:val="', rng.choice([b'w:val="99999999999', b'w:val="-', b"w:val='", b'w:foo="', b'w:val="&x;']), rng.randrange(1, 50))
    if kind == 10: return data[:a] + b'<w:r ' + b' '.join(b'xmlns:n%d="u%d"' % (i, i) for i in range(3000)) + b'/>' + data[a:]
    if kind == 11: return b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + data.replace(b'</w:t>', b'&b;&#0;&#x110000;&</w:t>')
    if kind == 12: return data.decode('utf8', 'replace').encode(rng.choice(['utf-16', 'utf-16-be', 'latin-1', 'utf-7']), 'replace')
    i, j = rng.randrange(len(data)), rng.randrange(len(data)); return data[:i] + data[j:]


def mutate(rng, raw):
    """The file, damaged in one way."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as z: parts = [(i.filename, z.read(i)) for i in z.infolist()]
    except Exception: parts = []
    kind = rng.randrange(8) if parts else rng.randrange(2)
    if kind == 0:
        b = bytearray(raw)
        for _ in range(rng.choice([1, 3, 30, 300])): b[rng.randrange(len(b))] ^= 1 << rng.randrange(8)
        return bytes(b)
    if kind == 1: return raw[:rng.randrange(len(raw) + 1)]
    if kind == 2:  # forged headers: local (PK34), directory (PK12) and end (PK56)
        b = bytearray(raw)
        for _ in range(rng.randrange(1, 5)):
            at = rng.choice([m.start() for m in re.finditer(rb'PK(\x01\x02|\x03\x04|\x05\x06)', raw)] or [0])
            i = at + rng.randrange(4, 46)
            n = rng.choice([1, 2, 4])
            if i + n <= len(b): b[i:i + n] = rng.choice([b'\xff' * n, b'\0' * n, b'\x7f' * n, rng.randbytes(n)])
        return bytes(b)
    if kind == 3:
        i = rng.randrange(len(parts)); how = rng.randrange(4)
        if how == 0: del parts[i]
        elif how == 1: parts[i] = (parts[i][0], b'')
        elif how == 2: parts.append(parts[i])
        else: j = rng.randrange(len(parts)); parts[i] = (parts[i][0], parts[j][1])
        return zipped(parts)
    xml = [i for i, (n, d) in enumerate(parts) if d and n.lower().endswith(('.xml', '.rels'))]
    for _ in range(rng.choice([1, 1, 3, 10])):
        if not xml: break
        i = rng.choice([x for x in xml if 'document' in parts[x][0]] or xml) if rng.random() < .6 else rng.choice(xml)
        if parts[i][1]: parts[i] = (parts[i][0], mutate_xml(rng, parts[i][1]))
    return zipped(parts, 1)


def document(body):
    return f'<w:document {W}><w:body>'.encode() + body + b'</w:body></w:document>'


def large():
    """Large and hostile documents: (name, function that makes its bytes)"""
    rng = random.Random(1); words = [''.join(rng.choices('abcdefghijklmnopqrstuvwxyz', k=rng.randrange(2, 11))) for _ in range(20000)]
    prose = lambda n: ' '.join(rng.choices(words, k=n)).encode()
    p = lambda t: b'<w:p><w:r><w:t>' + t + b'</w:t></w:r></w:p>'
    n = 50 << 20
    def fill(make):
        out, size = [], 0
        while size < n: out.append(make()); size += len(out[-1])
        return document(b''.join(out))
    def of(xml): return zipped([('word/document.xml', xml)], 1)
    styled = b'<w:p w:rsidR="00D67514" w:rsidRDefault="00D67514"><w:pPr><w:pStyle w:val="BodyText"/><w:jc w:val="both"/></w:pPr><w:r w:rsidRPr="00504320"><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/></w:rPr><w:t xml:space="preserve">'
    yield '50 MB as Word writes it', lambda: of(fill(lambda: styled + prose(40) + b'</w:t></w:r></w:p>'))
    yield '50 MB of bare prose', lambda: of(fill(lambda: p(prose(100))))
    yield '50 MB of short paragraphs', lambda: of(fill(lambda: p(prose(1))))
    yield '50 MB of medium paragraphs', lambda: of(fill(lambda: p(prose(12))))
    yield '50 MB of cells', lambda: of(fill(lambda: b'<w:tbl>' + (b'<w:tr>' + (b'<w:tc>' + p(prose(2)) + b'</w:tc>') * 4 + b'</w:tr>') * 500 + b'</w:tbl>'))
    yield '50 MB of one paragraph', lambda: of(document(b'<w:p>' + b''.join(b'<w:r><w:t>' + prose(20) + b'</w:t></w:r>' for _ in range(n // 160)) + b'</w:p>'))
    yield '50 MB of one text', lambda: of(document(p(prose(n // 7))))
    yield '50 MB of empty tables', lambda: of(fill(lambda: b'<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>' * 1000))
    yield '50 MB of text boxes', lambda: of(fill(lambda: b'<w:p>' + (b'<w:r><w:pict><w:txbxContent>' + p(prose(6)) + b'</w:txbxContent></w:pict></w:r>') * 200 + b'</w:p>'))
    yield '50 MB repeated', lambda: of(document((one := p(prose(80))) * (n // len(one))))
    yield '50 MB stored', lambda: (lambda out: (zipfile.ZipFile(out, 'w').writestr('word/document.xml', fill(lambda: p(prose(100)))), out.getvalue())[1])(io.BytesIO())
    yield '50 MB of attributes', lambda: of(document(b'<w:p ' + b' '.join(b'a%d="%d"' % (i, i) for i in range(n // 18)) + b'/>'))
    yield '50 MB of a comment', lambda: of(document(b'<!--' + b'x' * n + b'-->' + p(b'text')))
    yield 'bomb of 300 MB', lambda: of(document(p(b'a' * 60) * (300 << 20 >> 7)))
    yield 'bomb of 1 GB of blanks', lambda: of(b' ' * (1 << 30))
    yield 'depth of a million', lambda: of(document(b'<w:sdt>' * 1000000 + p(b'x') + b'</w:sdt>' * 1000000))
    yield 'styles of 100 MB', lambda: zipped([('word/document.xml', document(p(b'text'))), ('word/_rels/document.xml.rels', b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Type="x/styles" Target="styles.xml"/></Relationships>'),
                                      ('word/styles.xml', f'<w:styles {W}>'.encode() + b''.join(b'<w:style w:styleId="s%d"><w:basedOn w:val="s%d"/></w:style>' % (i, i + 1) for i in range(1500000)) + b'</w:styles>')], 1)
    yield 'notes of 50 MB', lambda: zipped([('word/document.xml', document(b'<w:p>' + b''.join(b'<w:footnoteReference w:id="%d"/>' % i for i in range(100000)) + b'<w:r><w:t>x</w:t></w:r></w:p>')), ('word/_rels/document.xml.rels', b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Type="x/footnotes" Target="footnotes.xml"/></Relationships>'),
                                      ('word/footnotes.xml', f'<w:footnotes {W}>'.encode() + b''.join(b'<w:footnote w:id="%d">' % i + p(prose(60)) + b'</w:footnote>' for i in range(100000)) + b'</w:footnotes>')], 1)


# A process is charged with the memory of the one that started it, so a small one does, and tells.
STARTER = """
import json, os, sys, tempfile, time
err = tempfile.TemporaryFile(); start = time.time()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ,
                      file_actions=[(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)])
_, status, usage = os.wait4(pid, 0)
err.seek(0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, time.time() - start, usage.ru_maxrss / 1024,
                  err.read(4000).decode('utf8', 'replace')]))
"""


def run(program, path):
    """(exit code or -signal, seconds of processor time, wall, peak MB, stderr)"""
    command = [sys.executable, '-S', '-c', STARTER, *program, 'extract', str(path), '--format', 'text']
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('folder', nargs='*', type=pathlib.Path); a.add_argument('--program', default='codeframe'); a.add_argument('--n', type=int, default=10000)
    a.add_argument('--seed', type=int, default=1); a.add_argument('--seconds', type=float, default=5); a.add_argument('--megabytes', type=float, default=256)
    a.add_argument('--keep', type=pathlib.Path, default=pathlib.Path('mutants-kept')); a.add_argument('--large', action='store_true')
    a = a.parse_args(); program = a.program.split(); bad = 0; causes = collections.Counter(); worst = [0, 0]; outcome = collections.Counter()
    seeds = sorted(p for f in a.folder for p in f.rglob('*.docx') if 0 < p.stat().st_size < 3_000_000)
    def mutants():
        for i in range(a.n):
            yield f'mutant {i}', lambda: mutate((rng := random.Random(f'{a.seed}:{i}')), rng.choice(seeds).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'report.docx'
        for name, data in large() if a.large else mutants():
            # Made in a process of its own: the peak of this one would count as the program's.
            if (pid := os.fork()) == 0: path.write_bytes(data()); os._exit(0)
            os.waitpid(pid, 0)
            code, cpu, wall, mb, err = run(program, path)
            limit = 64 if a.large and name.startswith('50 MB') else a.megabytes
            wrong = [w for w, is_so in (('exit', code not in (0, 1, 2)), ('panic', 'panicked' in err), ('time', cpu > a.seconds + .5), ('memory', mb > limit), ('silent', code == 2 and not err.strip())) if is_so]
            outcome['text' if code == 0 else 'text with a warning' if code == 1 else 'error'] += 1
            said = ' | '.join(l.strip() for l in err.splitlines())
            causes[re.sub(r'`[^`]*`|\d+', '…', said)[:90] if code else 'text'] += 1
            worst = [max(worst[0], cpu), max(worst[1], mb)]
            if a.large: print(f'{name:32} exit {code} {cpu:5.2f} s {mb:6.1f} MB  {said[:110]}', flush=True)
            if wrong:
                bad += 1; a.keep.mkdir(parents=True, exist_ok=True); (a.keep / f'{name.replace(" ", "-")}.docx').write_bytes(path.read_bytes())
                print('WRONG', wrong, name, code, f'{cpu:.2f} s {wall:.2f} s {mb:.0f} MB', said[:300], flush=True)
    print(f'{sum(outcome.values())} files: {dict(outcome)}; wrong: {bad}; worst {worst[0]:.2f} s of processor time, {worst[1]:.0f} MB')
    for cause, n in causes.most_common(40): print(f'{n:6} {cause}')
    sys.exit(bool(bad))


if __name__ == '__main__': main()
