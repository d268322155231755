#!/usr/bin/env python3
"""Compares the text that codeframe reads from DOCX files with two other readings of the same files.

    extraction_words.py FOLDER … [--program PROGRAM] [--cache DIR] [--worst N] [--pandoc PANDOC]

1. pandoc's plain text (`pandoc -f docx -t plain --wrap=none`): share of its words that are ours too ("found"), once as
   it is and once without what pandoc adds of its own or writes otherwise: numbers of lists and notes, descriptions of
   pictures and tables, formulas as LaTeX, raised letters as Unicode, small capitals as capitals, soft hyphens.
2. an independent reading of the XML with lxml, below: share of its words that are ours ("found"), and of our words
   that are its ("precision").

A word is a run of letters and digits, case kept; words are compared as bags, file by file, and the mean and the 10th
percentile are over files in which the other reading has words. `--markers` puts our list numbers in front of their
blocks, which the canonical text leaves to `marker`.

Also counted: files that end in an error (with its cause), crashes (exit codes other than 0, 1 and 2, or a message of a
panic) and files that take longer than 10 s. FOLDER is searched for .docx, .dotx, .docm and .dotm files. Needs lxml; pandoc's
answers are kept in --cache, as they take most of the time.
"""
import argparse, collections, hashlib, json, pathlib, re, statistics, subprocess, sys, zipfile
from lxml import etree

WORD = re.compile(r'\w+')
MAIN = ('http://schemas.openxmlformats.org/wordprocessingml/2006/main', 'http://purl.oclc.org/ooxml/wordprocessingml/main')
MATH = ('http://schemas.openxmlformats.org/officeDocument/2006/math', 'http://purl.oclc.org/ooxml/officeDocument/math')
MC = 'http://schemas.openxmlformats.org/markup-compatibility/2006'
DROPPED = {'del', 'moveFrom', 'instrText', 'delText', 'delInstrText', 'sdtPr', 'sdtEndPr', 'rPrChange', 'pPrChange', 'rPr', 'tblPr', 'tcPr', 'trPr', 'sectPr'}


# What pandoc adds to the words of a document, taken out of its document before it is written.
FILTER = """
local function blocks_of(items) local out = pandoc.List(); for _, item in ipairs(items) do out:extend(item) end; return out end
function Image(_) return {} end
function Math(_) return pandoc.Space() end
function Superscript(x) return x.content end
function Subscript(x) return x.content end
function SmallCaps(x) return x.content end
function Note(x) local inlines = pandoc.utils.blocks_to_inlines(x.content); inlines:insert(1, pandoc.Space()); inlines:insert(pandoc.Space()); return inlines end
function BulletList(x) return blocks_of(x.content) end
function OrderedList(x) return blocks_of(x.content) end
function Table(x)
  local out = pandoc.List()
  local function rows(list) for _, row in ipairs(list) do for _, cell in ipairs(row.cells or row[2]) do out:extend(cell.contents) end end end
  rows(x.head.rows or x.head[2])
  for _, body in ipairs(x.bodies) do rows(body.head); rows(body.body) end
  rows(x.foot.rows or x.foot[2])
  return out
end
"""


def bag(text): return collections.Counter(WORD.findall(text))


def xml_text(element, out, top=True):
    """Text of an element as Word shows it, paragraphs apart by a blank; an explicit stack, as some files are deep."""
    stack = [(element, False)]
    while stack:
        e, ended = stack.pop()
        if not isinstance(e.tag, str): continue
        q = etree.QName(e); ns, name = q.namespace, q.localname
        if ended:
            out.append(' '); continue
        if ns in MAIN:
            if name in DROPPED: continue
            if name in ('footnote', 'endnote') and any(k.endswith('}type') and v in ('separator', 'continuationSeparator', 'continuationNotice') for k, v in e.attrib.items()): continue
            if name == 't': out.append(e.text or ''); continue
            if name in ('tab', 'ptab', 'br', 'cr', 'sym'): out.append(' ')  # what a symbol draws is not looked up here
            if name == 'noBreakHyphen': out.append('-')
            # A paragraph in a paragraph (text box) interrupts the one around it.
            if name == 'p': out.append(' '); stack.append((e, True))
        elif ns in MATH and name == 't': out.append(e.text or ''); continue
        elif ns == MC and name == 'AlternateContent':
            branches = [c for c in e if isinstance(c.tag, str)]
            choice = [c for c in branches if etree.QName(c).localname == 'Choice'][:1] or branches[:1]
            stack.extend((c, False) for c in choice); continue
        stack.extend((c, False) for c in reversed(e))


def xml_reading(path):
    """(text, None), or (None, why not)."""
    try:
        with zipfile.ZipFile(path) as z:
            names = {n.lstrip('/').replace('\\', '/').lower(): n for n in z.namelist()}
            def part(name): return etree.fromstring(z.read(names[name.lower()]), etree.XMLParser(huge_tree=True, resolve_entities=False))
            main = 'word/document.xml'
            if '_rels/.rels' in names:
                for r in part('_rels/.rels'):
                    if isinstance(r.tag, str) and r.get('Type', '').endswith('/officeDocument') and r.get('Target', '').lstrip('/').lower() in names:
                        main = r.get('Target').lstrip('/')
            folder, _, file = main.rpartition('/')
            used, notes, out = part(main), [], []
            rels = f'{folder}/_rels/{file}.rels'.lstrip('/')
            if rels.lower() in names:
                for r in part(rels):
                    if isinstance(r.tag, str) and r.get('Type', '').endswith(('/footnotes', '/endnotes')):
                        t = r.get('Target'); t = t.lstrip('/') if t.startswith('/') else f'{folder}/{t}'.lstrip('/')
                        if t.lower() in names: notes.append((r.get('Type').rsplit('/')[-1][:-1], part(t)))
            xml_text(used, out)
            referred = {(etree.QName(e).localname[:-len('Reference')], v) for e in used.iter() if isinstance(e.tag, str) and e.tag.endswith('Reference') for k, v in e.attrib.items() if k.endswith('}id')}
            for kind, tree in notes:
                for note in tree:
                    if isinstance(note.tag, str) and any((kind, v) in referred for k, v in note.attrib.items() if k.endswith('}id')): xml_text(note, out)
            return ''.join(out), None
    except Exception as e:
        return None, f'{type(e).__name__}: {e}'


def pandoc_reading(path, pandoc, cache, plain):
    """pandoc's text, as it is or without what it adds; None when it cannot read the file."""
    key = cache / (hashlib.sha256(path.read_bytes()).hexdigest() + ('-plain' if plain else ''))
    lua = cache / 'filter.lua'; lua.write_text(FILTER)
    if not key.exists():
        command = [pandoc, '-f', 'docx', '-t', 'plain', '--wrap=none', *(['--lua-filter', str(lua)] if plain else []), str(path)]
        try: p = subprocess.run(command, capture_output=True, timeout=60); text = p.stdout.decode('utf8', 'replace') if p.returncode == 0 else None
        except subprocess.TimeoutExpired: text = None
        if text is None and plain: text = pandoc_reading(path, pandoc, cache, False)
        key.write_text(json.dumps(text))
    text = json.loads(key.read_text())
    return text.replace('\u00ad', '') if text is not None and plain else text


def our_reading(path, program, markers):
    """(text, error)"""
    try: p = subprocess.run([*program, 'extract', str(path), '--format', 'json'], capture_output=True, timeout=10)
    except subprocess.TimeoutExpired: return None, 'TIME-OUT'
    err = p.stderr.decode('utf8', 'replace')
    if p.returncode not in (0, 1, 2) or 'panicked' in err: return None, f'CRASH {p.returncode}: {err[-200:]}'
    if p.returncode == 2 or not p.stdout: return None, err.strip().splitlines()[0][:200]
    report = json.loads(p.stdout)
    if not markers: return report['text'], None
    raw = report['text'].encode()
    return '\n'.join(f"{b.get('marker', '')} {raw[b['start']:b['end']].decode()}" for b in report['blocks']), None


def share(ours, theirs): n = sum(theirs.values()); return sum((ours & theirs).values()) / n if n else None


def line(name, values):
    v = sorted(x for x in values if x is not None)
    if v: print(f'{name:42} mean {statistics.fmean(v):.5f}  p10 {v[len(v) // 10]:.5f}  below .99: {sum(x < .99 for x in v)} of {len(v)}')


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('folder', nargs='+', type=pathlib.Path); a.add_argument('--program', default='codeframe'); a.add_argument('--pandoc', default='pandoc')
    a.add_argument('--cache', type=pathlib.Path, default=pathlib.Path('.pandoc-cache')); a.add_argument('--worst', type=int, default=0); a.add_argument('--markers', action='store_true')
    a = a.parse_args(); a.cache.mkdir(parents=True, exist_ok=True)
    files = sorted(p for f in a.folder for p in f.rglob('*') if p.suffix.lower() in ('.docx', '.dotx', '.docm', '.dotm'))
    rows, errors, no_xml = [], [], []
    for path in files:
        text, error = our_reading(path, a.program.split(), a.markers)
        if error is not None: errors.append((path, error)); continue
        ours = bag(text); xml, why = xml_reading(path)
        if xml is None: no_xml.append((path, why))
        others = [pandoc_reading(path, a.pandoc, a.cache, False), pandoc_reading(path, a.pandoc, a.cache, True), xml]
        bags = [None if t is None else bag(t) for t in others]
        shares = [None if b is None else share(ours, b) for b in bags] + [None if xml is None else share(bags[2], ours)]
        rows.append((path, shares, ours, bags + bags[2:]))
    crashes = [e for _, e in errors if e.startswith('CRASH')]; late = [e for _, e in errors if e == 'TIME-OUT']
    print(f'{len(files)} files: {len(rows)} read, {len(errors)} errors, of them {len(crashes)} crashes, {len(late)} time-outs; not readable by lxml: {len(no_xml)}')
    names = ["pandoc's words found", "the same without what pandoc adds", 'words of the XML reading found', 'precision against the XML reading']
    for i, name in enumerate(names): line(name, [r[1][i] for r in rows])
    if a.worst:
        for path, error in errors: print('error', path.name, '|', error)
        for i, name in enumerate(names):
            print(f'\nworst: {name}')
            for path, shares, ours, bags in sorted((r for r in rows if r[1][i] is not None and r[1][i] < 1), key=lambda r: r[1][i])[:a.worst]:
                print(f'{shares[i]:.4f} {path_of(path)} lacks {list((bags[i] - ours).elements())[:12]} has more {list((ours - bags[i]).elements())[:12]}')


def path_of(p): return '/'.join(p.parts[-2:])


if __name__ == '__main__': main()
