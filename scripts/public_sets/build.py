#!/usr/bin/env python3
"""Builds the public labelled sets (see README.md) out of clones of their repositories.

    build.py CLONES OUT      CLONES has a git clone a repository, named owner+name; OUT gets a folder a set

Every set: frame.json, corpus.jsonl, train.jsonl, train300.jsonl, test.jsonl. Seed 0 everywhere; the same bytes on each run.
The texts are other people's: none of this belongs in a commit.
"""
import csv, glob, gzip, html, io, json, os, random, re, subprocess, sys, tarfile, collections
import xml.etree.ElementTree as ET

if len(sys.argv) != 3: sys.exit(__doc__)
MIR, OUT = sys.argv[1:]
csv.field_size_limit(1 << 26)


def repo(name):
    base = f"{MIR}/{name}"
    return next((p for p in (base + "/repo/.git", base + "/repo") if os.path.isdir(p)), base)


def show(name, path):
    return subprocess.run(["git", "-C", repo(name), "show", f"HEAD:{path}"], capture_output=True, check=True).stdout


def tree(name, path):
    """{path: bytes} of a folder, in one go."""
    raw = subprocess.run(["git", "-C", repo(name), "archive", "HEAD", path], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as t:
        return {m.name: t.extractfile(m).read() for m in t.getmembers() if m.isfile()}


def squeeze(s):
    return re.sub(r"\s+", " ", s).strip()


def snake(s):
    return re.sub(r"[^a-z0-9]+", "_", s.lower()).strip("_")


def dump(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        for r in rows:
            f.write(json.dumps(r, ensure_ascii=False) + "\n")


def write(name, title, unit, questions, texts, train, test, codes, passages=None, n_small=300, extra=None):
    """texts: {id: text}; train, test: [id]; codes: {id: {question: [code]}}; questions: frame's form."""
    d = f"{OUT}/{name}"
    os.makedirs(d, exist_ok=True)
    for f in glob.glob(d + "/*.json*"):
        os.remove(f)
    ids = train + test
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[A-Za-z0-9_-]+", i) for i in ids)
    order = {q["id"]: [c["id"] for c in q["codes"]] for q in questions}
    for q, cs in order.items():
        assert len(cs) == len(set(cs)) and all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in cs), (q, cs)
    with open(d + "/frame.json", "w", encoding="utf-8") as f:
        json.dump({"id": name.replace("_", "-"), "title": title, "unit": unit, "questions": questions}, f, ensure_ascii=False, indent=1)
    dump(d + "/corpus.jsonl", ({"id": i, "text": texts[i]} for i in sorted(ids)))

    def row(i):
        r = {"id": i, "codes": {q: [c for c in cs if c in codes[i].get(q, ())] for q, cs in order.items()}}
        for q in questions:
            assert q["select"] == "many" or len(r["codes"][q["id"]]) == 1, (i, q["id"])
        if passages is not None:
            r["passages"] = passages[i]
        return r
    dump(d + "/train.jsonl", map(row, train))
    dump(f"{d}/train{n_small}.jsonl", map(row, train[:n_small]))
    dump(d + "/test.jsonl", map(row, test))
    if extra:
        dump(d + "/" + extra[0], extra[1])
    lab = sum(len(cs) for i in ids for cs in row(i)["codes"].values()) / len(ids)
    seen = {squeeze(texts[i]).lower() for i in train}
    twin = sum(squeeze(texts[i]).lower() in seen for i in test)
    print(f"{name:14} train {len(train)} test {len(test)} questions {len(questions)} codes {sum(map(len, order.values()))} "
          f"labels/text {lab:.2f} words/text {sum(len(texts[i].split()) for i in ids) / len(ids):.0f} test texts also in train {twin}", flush=True)


def split(ids, n_train=1000, n_test=1500, seed=0):
    ids = sorted(ids)
    random.Random(seed).shuffle(ids)
    return ids[:n_train], ids[n_train:n_train + n_test]


def split_groups(group, n_train=1000, n_test=1500, seed=0):
    """group: {id: group}. No group on both sides."""
    by = collections.defaultdict(list)
    for i in sorted(group):
        by[group[i]].append(i)
    gs = sorted(by)
    rng = random.Random(seed)
    rng.shuffle(gs)
    train, test = [], []
    for g in gs:
        if len(train) < n_train:
            train += by[g][:n_train - len(train)]
        else:
            test += by[g]
    rng.shuffle(train)
    rng.shuffle(test)
    return train, test[:n_test]


def q(id_, title, select, codes):
    return {"id": id_, "title": title, "select": select, "stage": "map",
            "codes": [{"id": c, "label": l, "definition": d} for c, l, d in codes]}


AGENDA = {  # the Policy Agendas codebook's major topics
    1: ("macroeconomics", "Macroeconomics", "Inflation, unemployment, monetary policy, the budget and debt, taxes, industrial policy."),
    2: ("civil_rights", "Civil rights, minority issues and civil liberties", "Discrimination, voting rights, freedom of speech and religion, abortion and privacy rights."),
    3: ("health", "Health", "Health care, insurance, drugs, disease prevention, medical research, tobacco, mental health."),
    4: ("agriculture", "Agriculture", "Farming, farm subsidies, food inspection, agricultural trade, fisheries."),
    5: ("labor", "Labor, employment and immigration", "Worker safety, training, pay and benefits, unions, pensions, immigration."),
    6: ("education", "Education", "Schools, higher education, vocational and special education, education funding."),
    7: ("environment", "Environment", "Water and air pollution, waste, hazardous substances, conservation of species and forests."),
    8: ("energy", "Energy", "Nuclear power, electricity, oil and gas, coal, renewable energy, energy conservation."),
    10: ("transportation", "Transportation", "Highways, aviation, railways, shipping, mass transit, road safety."),
    12: ("law_crime", "Law, crime and family issues", "Crime, courts, police, prisons, drugs, child abuse, family law."),
    13: ("social_welfare", "Social welfare", "Poverty assistance, food programmes, help for the elderly and disabled, volunteer work."),
    14: ("housing", "Community development and housing", "Housing programmes, urban and rural development, homelessness."),
    15: ("banking_commerce", "Banking, finance and domestic commerce", "Banks, securities, insurance, consumer finance, corporate mergers, small business, copyright, disaster relief."),
    16: ("defense", "Defense", "The armed forces, weapons, military bases, veterans, intelligence, arms control, war."),
    17: ("technology", "Space, science, technology and communications", "Space, research, telecommunications, broadcasting, computers."),
    18: ("foreign_trade", "Foreign trade", "Trade agreements, tariffs and duties, exports, exchange rates, competitiveness."),
    19: ("international", "International affairs and foreign aid", "Relations with other countries, foreign aid, human rights abroad, terrorism, international organisations."),
    20: ("government", "Government operations", "The working of government: civil servants, appointments, elections, campaigns, scandals, post, procurement, commemorations."),
    21: ("public_lands", "Public lands and water management", "National parks, public lands, water resources, indigenous lands, territories."),
    24: ("state_local", "State and local government administration", "Governors, mayors, and the running of states and cities."),
    26: ("weather", "Weather and natural disasters", "Storms, floods, earthquakes, the weather."),
    27: ("fires", "Fires", "Fires and their consequences."),
    28: ("arts", "Arts and entertainment", "Books, music, film, theatre, museums, broadcasting as art."),
    29: ("sports", "Sports and recreation", "Teams, matches, athletes, leagues."),
    30: ("deaths", "Death notices", "Obituaries."),
    31: ("religion", "Churches and religion", "Churches, clergy, faith."),
    99: ("other", "Other, miscellaneous and human interest", "None of the other topics."),
}


def agenda(name, title, unit, qtitle, rows):
    """rows: [(id, text, topic number)]"""
    n = collections.Counter(t for _, _, t in rows)
    rows = [r for r in rows if n[r[2]] >= 10 and r[2] in AGENDA and r[1]]
    texts = {i: t for i, t, _ in rows}
    codes = {i: {"topic": [AGENDA[t][0]]} for i, _, t in rows}
    used = sorted({t for _, _, t in rows})
    train, test = split(texts)
    write(name, title, unit, [q("topic", qtitle, "one", [AGENDA[t] for t in used])], texts, train, test, codes)


def nytimes():
    t = gzip.decompress(show("cran+RTextTools", "data/NYTimes.csv.gz")).decode("utf-8", "replace")
    rows = [(f"nyt{r['Article_ID']}", squeeze(r["Title"]) + ". " + squeeze(r["Subject"]), int(r["Topic.Code"]))
            for r in csv.DictReader(io.StringIO(t), delimiter=";")]
    agenda("nytimes", "New York Times front page headlines", "headline", "Policy topic", rows)


def uscongress():
    t = gzip.decompress(show("cran+RTextTools", "data/USCongress.csv.gz")).decode("utf-8", "replace")
    rows = [(f"bill{int(r['ID']):05d}", squeeze(r["text"]), int(r["major"])) for r in csv.DictReader(io.StringIO(t), delimiter=";")]
    agenda("uscongress", "Titles of bills of the US Congress", "bill", "Policy topic", rows)


def bbc():
    defs = {"business": "Companies, markets, the economy.", "entertainment": "Film, music, television, celebrities, the arts.",
            "politics": "Government, parties, elections, legislation, mostly of the UK.", "sport": "Matches, athletes, clubs, competitions.",
            "tech": "Computers, the internet, games, mobile phones, technology firms."}
    texts, codes, seen = {}, {}, set()
    for p, b in sorted(tree("dejanbatanjac+bbc-article-classify-bert", "bbc").items()):
        m = re.fullmatch(r"bbc/(\w+)/(\d+)\.txt", p)
        if not m:
            continue
        t = b.decode("utf-8", "replace") if b"\xa3" not in b or b"\xc2\xa3" in b else b.decode("latin-1")
        t = "\n\n".join(squeeze(x) for x in t.split("\n\n") if x.strip())
        if squeeze(t) in seen:      # some 100 articles are in twice
            continue
        seen.add(squeeze(t))
        i = f"{m[1]}{m[2]}"
        texts[i] = t
        codes[i] = {"section": [m[1]]}
    # the id must not tell the code
    key = sorted(texts)
    random.Random(1).shuffle(key)
    new = {i: f"bbc{k:04d}" for k, i in enumerate(key)}
    texts, codes = {new[i]: t for i, t in texts.items()}, {new[i]: c for i, c in codes.items()}
    train, test = split(texts)
    write("bbc", "BBC news articles 2004-2005", "article", [q("section", "Section of the news", "one", [(c, c.title(), d) for c, d in defs.items()])],
          texts, train, test, codes)


HOC = {
    "Sustaining proliferative signaling": "Cells make or answer growth signals without end: growth factors, receptors, downstream signalling, autonomy.",
    "Evading growth suppressors": "Checkpoints, contact inhibition or suppressor genes that would stop growth are escaped or deregulated.",
    "Resisting cell death": "Apoptosis, autophagy or necrosis and the resistance to them.",
    "Enabling replicative immortality": "Telomeres, immortalisation, senescence.",
    "Inducing angiogenesis": "Growth of new blood vessels and the factors that drive it.",
    "Activating invasion and metastasis": "Invasion of tissue, migration, spreading to other places.",
    "Genomic instability and mutation": "DNA damage, repair, mutation, chromosome aberrations, adducts.",
    "Tumor promoting inflammation": "Inflammation, immune cells and oxidative stress that further the tumour.",
    "Cellular energetics": "Changed metabolism, glycolysis, the Warburg effect.",
    "Avoiding immune destruction": "Escape from the immune system, immunosuppression.",
}


def hoc():
    f = tree("sb895+Hallmarks-of-Cancer", ".")
    texts, codes = {}, {}
    for p, b in f.items():
        m = re.fullmatch(r"(?:\./)?text/(\d+)\.txt", p)
        if not m:
            continue
        i = "pm" + m[1]
        texts[i] = squeeze(b.decode("utf-8", "replace"))
        lab = f.get(p.replace("text/", "labels/"), b"").decode("utf-8", "replace")
        codes[i] = {"hallmark": {snake(h) for h in HOC if h in lab}}
    train, test = split(texts)
    write("hoc", "Hallmarks of Cancer: PubMed abstracts", "abstract",
          [q("hallmark", "Hallmarks of cancer that the abstract gives evidence on", "many", [(snake(h), h, d) for h, d in HOC.items()])], texts, train, test, codes)


def reuters():
    texts, tops = {}, {}
    name = "colibri17+TextCategorization"
    files = tree(name, "reuters21578")
    desc = {}
    for l in files["reuters21578/cat-descriptions_120396.txt"].decode("latin-1").splitlines():
        m = re.match(r"^([A-Z][^()]*?) \(([A-Z-]+)\)", l)
        if m:
            desc.setdefault(m[2].lower(), m[1].strip())
    for p in sorted(files):
        if not p.endswith(".sgm"):
            continue
        s = files[p].decode("latin-1")
        for m in re.finditer(r'<REUTERS TOPICS="(\w+)" LEWISSPLIT="([\w-]+)"[^>]*NEWID="(\d+)">(.*?)</REUTERS>', s, re.S):
            if m[1] != "YES" or m[2] not in ("TRAIN", "TEST"):
                continue
            t = re.findall(r"<D>(.*?)</D>", re.search(r"<TOPICS>(.*?)</TOPICS>", m[4], re.S)[1])
            body = re.search(r"<BODY>(.*?)</BODY>", m[4], re.S)
            head = re.search(r"<TITLE>(.*?)</TITLE>", m[4], re.S)
            if not t or not body:
                continue
            clean = lambda x: squeeze(re.sub(r"[\x00-\x1f\x7f]", " ", html.unescape(re.sub(r"&#\d+;", " ", x))))
            i = f"r{int(m[3]):05d}"
            texts[i] = (clean(head[1]) + "\n\n" if head else "") + re.sub(r"\s*\bReuter\s*$", "", clean(body[1]), flags=re.I)
            tops[i] = set(t)
    # articles sent twice, word for word, go
    seen, keep = set(), []
    for i in sorted(texts):
        k = squeeze(texts[i]).lower()
        if k not in seen:
            seen.add(k)
            keep.append(i)

    def make(name, title, n_train, n_test, pick):
        train, test = split(keep, n_train, n_test)
        n = collections.Counter(t for i in train + test for t in tops[i])
        cs = pick(n)
        codes = {i: {"topic": {snake(t) for t in tops[i] if t in cs}} for i in train + test}
        d = lambda t: desc.get(t, t.replace("-", " ").capitalize())
        write(name, title, "article", [q("topic", "Topics", "many", [(snake(t), d(t), f"The article is about {d(t).lower()}.") for t in sorted(cs)])], texts, train, test, codes)
    make("reuters", "Reuters-21578 newswire articles", 1000, 1500, lambda n: {t for t, k in n.items() if k >= 10})
    make("reuters_big", "Reuters-21578, 10,000 articles by 80 topics (for time and memory)", 9000, 700, lambda n: {t for t, _ in sorted(n.items(), key=lambda x: (-x[1], x[0]))[:80]})


EMO = dict(admiration="Finding something impressive or worthy of respect", amusement="Finding something funny or being entertained",
           anger="A strong feeling of displeasure or antagonism", annoyance="Mild anger, irritation", approval="Having or expressing a favourable opinion",
           caring="Displaying kindness and concern for others", confusion="Lack of understanding, uncertainty", curiosity="A strong desire to know or learn something",
           desire="Wishing for something to happen", disappointment="Sadness or displeasure because hopes were not met", disapproval="Having or expressing an unfavourable opinion",
           disgust="Revulsion or strong disapproval aroused by something offensive", embarrassment="Self-consciousness, shame or awkwardness",
           excitement="Great enthusiasm and eagerness", fear="Being afraid or worried", gratitude="A feeling of thankfulness and appreciation",
           grief="Intense sorrow, especially by someone's death", joy="A feeling of pleasure and happiness", love="A strong positive emotion of regard and affection",
           nervousness="Apprehension, worry, anxiety", optimism="Hopefulness and confidence about the future", pride="Pleasure in one's own or another's achievements",
           realization="Becoming aware of something", relief="Reassurance and relaxation following release from distress", remorse="Regret or guilty feeling",
           sadness="Emotional pain, sorrow", surprise="Being astonished by something unexpected", neutral="No emotion is expressed")


def goemotions():
    labels = show("monologg+GoEmotions-pytorch", "data/original/labels.txt").decode().split()
    texts, codes = {}, {}
    for l in show("monologg+GoEmotions-pytorch", "data/original/train.tsv").decode().splitlines():
        t, y, i = l.split("\t")
        texts["c_" + i] = squeeze(t)
        codes["c_" + i] = {"emotion": {labels[int(k)] for k in y.split(",")}}
    ids = sorted(texts)
    random.Random(0).shuffle(ids)
    train, test, pool = ids[:1000], ids[1000:2500], ids[2500:12500]
    write("goemotions", "GoEmotions: comments on Reddit", "comment", [q("emotion", "Emotions expressed", "many", [(e, e.capitalize(), EMO[e] + ".") for e in labels])],
          texts, train, test, codes, extra=("pool10k.jsonl", ({"id": i, "text": texts[i]} for i in pool)))


def anes():
    """ANES 2008: reasons to vote for or against the candidates. The columns of the file are numbered in the order of the codes
    in the codebook (30 substantive ones, then 94-97 for answers that say nothing), not by the codes' own numbers."""
    book, key = [], None
    for l in show("kamalov-artur+bachelor-thesis-open-ended-survey-coding", "configs/codebooks/dataset4.yaml").decode().splitlines():
        m = re.match(r"^  '(\d+)': (.*)$", l)
        if m:
            book.append([int(m[1]), m[2]])
        elif book and l.startswith("    "):
            book[-1][1] += " " + l.strip()
    assert len(book) == 30
    cs = []
    for _, d in book:
        d = d.strip().strip("'").replace("''", "'")
        label, _, text = d.partition(":")
        cs.append((snake(label.replace("–", "-")), squeeze(label), squeeze(text)))
    rows = list(csv.reader(io.StringIO(show("mxli417+co_benchmark", "clean_data/dataset4.csv").decode("utf-8", "replace"))))
    head = rows[0][2:]
    assert head[:30] == [str(k) for k in range(1, 31)] and head[30:] == ["94", "95", "96", "97"]
    texts, codes, who = {}, {}, {}
    n = collections.Counter()
    for r in rows[1:]:
        n[r[0]] += 1
        i = f"r{int(r[0]):04d}_{n[r[0]]}"
        t = squeeze(r[1])
        if not t:
            continue
        texts[i], who[i] = t, r[0]
        codes[i] = {"reason": {c[0] for c, v in zip(cs, r[2:32]) if v == "1"}}
    train, test = split_groups(who)
    write("anes", "ANES 2008: reasons to vote for or against a candidate", "answer", [q("reason", "What about the candidate is named", "many", cs)], texts, train, test, codes)


OPP = "pmayostendorp+beforeiaccept"
SHORT = {"First Party Collection/Use": "first", "Third Party Sharing/Collection": "third", "User Choice/Control": "choice",
         "User Access, Edit and Deletion": "access", "Data Retention": "retention", "Data Security": "security", "Policy Change": "change",
         "Do Not Track": "dnt", "International and Specific Audiences": "audience", "Other": "other"}


def opp():
    files = tree(OPP, "OPP-115/annotations")
    pol = tree(OPP, "OPP-115/sanitized_policies")
    book = show(OPP, "OPP-115/documentation/categories-july30.xml").decode("utf-8", "replace")
    book = ET.fromstring(re.sub(r'xmlns(:\w+)?="[^"]*"|xsi:\w+="[^"]*"', "", book))
    cat_def, att_def, val_def = {}, {}, {}
    for c in book.findall("category"):
        cn = c.findtext("name").strip()
        cat_def[cn] = squeeze(c.findtext("description") or cn)
        for a in c.iter("attribute"):
            an = a.findtext("name").strip()
            att_def[cn, an] = squeeze(a.findtext("description") or an)
            for v in a.iter("value"):
                val_def[cn, an, v.findtext("name").strip()] = squeeze(v.findtext("description") or v.findtext("name"))
    texts, segs, votes, spans, segvotes = {}, {}, {}, collections.defaultdict(set), collections.defaultdict(lambda: collections.defaultdict(set))
    for p in sorted(files):
        stem = os.path.basename(p)[:-4]
        i = "p" + stem.split("_")[0]
        raw = pol["OPP-115/sanitized_policies/" + stem + ".html"].decode("utf-8", "replace")
        ss = []
        for s in raw.split("|||"):
            s = re.sub(r"(?i)<\s*(br|/p|/li|/h\d|/div|/tr)\s*/?>", "\n", s)
            s = html.unescape(re.sub(r"<[^>]+>", " ", s))
            ss.append("\n".join(squeeze(l) for l in s.split("\n") if l.strip()))
        segs[i] = ss
        texts[i] = "\n\n".join(s for s in ss if s)
        v = collections.defaultdict(set)
        for r in csv.reader(io.StringIO(files[p].decode("utf-8", "replace"))):
            who, seg, cat = r[2], int(r[4]), r[5]
            code = (cat, "", "")
            v[code].add(who)
            segvotes[i, seg][cat].add(who)
            for a, x in json.loads(r[6]).items():
                val = x["value"].strip()
                k = (cat, a, val)
                v[k].add(who)
                if cat == "Other":
                    segvotes[i, seg][val].add(who)
                if x.get("startIndexInSegment", -1) >= 0 and x.get("selectedText") not in (None, "", "null", "Not selected"):
                    spans[i, k].add((who, seg, x["selectedText"]))
                    spans[i, code].add((who, seg, x["selectedText"]))
        votes[i] = v
    # codes of the document: two of three annotators gave the value somewhere
    n = collections.Counter(k for i in votes for k, s in votes[i].items() if len(s) >= 2)
    skip_val = {"Unspecified", "not-selected", "Other"}
    skip_att = {"Does/Does Not", "Choice Scope", "User Type", "Access Scope"}
    quest = {}
    cats = [(c, "", "") for c in SHORT if c != "Other"]
    quest["practice"] = ("Practices that the policy speaks of", [(k, SHORT[k[0]], k[0], cat_def[k[0]]) for k in cats if 8 <= n[k] <= 107])
    for k in sorted(n):
        c, a, v = k
        if not a or v in skip_val or a in skip_att or not 8 <= n[k] <= 107 or c == "Other":
            continue
        qid = SHORT[c] + "_" + snake(a.replace("First-Party", "").replace("Third Party", "").replace("Personal Information Type", "information"))
        qid = re.sub(r"^(\w+?)_\1_", r"\1_", qid).replace("dnt_do_not_track_policy", "dnt_policy")
        quest.setdefault(qid, (f"{c}: {a}. {att_def.get((c, a), '')}".strip(), []))[1].append((k, snake(v), v, val_def.get(k, f"{a}: {v}.")))
    questions = [q(qid, t, "many", [(c, l, d) for _, c, l, d in cs]) for qid, (t, cs) in quest.items()]
    codes, passages = {}, {}
    for i in texts:
        codes[i] = {}
        ps = []
        for qid, (_, cs) in quest.items():
            codes[i][qid] = {c for k, c, _, _ in cs if len(votes[i][k]) >= 2}
            for k, c, _, _ in cs:
                if len(votes[i][k]) < 2:
                    continue
                byseg = collections.defaultdict(set)
                for who, seg, t in spans[i, k]:
                    byseg[seg].add(who)
                best = {s for s, w in byseg.items() if len(w) >= 2} or set(byseg)
                quotes = set()
                for who, seg, t in sorted(spans[i, k]):
                    if seg not in best or seg >= len(segs[i]):
                        continue
                    words = squeeze(html.unescape(re.sub(r"<[^>]+>", " ", t))).split()
                    # the span, found again in its segment and grown to the sentences it touches; cut at line ends
                    m = words and re.search(r"\s+".join(map(re.escape, words)), segs[i][seg])
                    if m:
                        at = 0
                        for line in segs[i][seg].split("\n"):
                            for x in re.finditer(r"\S.*?(?:[.!?]+[\"')]*(?=\s)|$)", line):
                                if at + x.start() < m.end() and m.start() < at + x.end():
                                    quotes.add(x[0].strip())
                            at += len(line) + 1
                quotes = {x for x in quotes if not any(x != y and x in y for y in quotes)}
                for x in sorted(quotes):
                    assert x in texts[i]
                    ps.append({"code": f"{qid}/{c}", "quote": x})
        passages[i] = ps
    train, test = split(texts, 57, 58)
    write("opp115", "OPP-115: privacy policies coded in passages", "policy", questions, texts, train, test, codes, passages, n_small=30)
    pos = sum(len(s) for i in texts for s in codes[i].values())
    cited = len({(i, p["code"]) for i in texts for p in passages[i]})
    print(f"               opp115: {pos} codes in documents, {cited} of them with a passage, {sum(map(len, passages.values()))} passages")
    # the segments as texts of their own
    st, sc, grp = {}, {}, {}
    other = {"Introductory/Generic": "introductory", "Practice not covered": "not_covered", "Privacy contact information": "contact"}
    odef = {"introductory": "Generic or introductory text.", "not_covered": "A practice that no other category covers.", "contact": "How to contact the company about privacy."}
    for i in texts:
        for s, t in enumerate(segs[i]):
            if len(t.split()) < 3 or not segvotes[i, s]:
                continue
            sid = f"{i}_s{s:03d}"
            got = {SHORT[c] for c, w in segvotes[i, s].items() if c in SHORT and c != "Other" and len(w) >= 2}
            got |= {other[v] for v, w in segvotes[i, s].items() if v in other and len(w) >= 2}
            st[sid], sc[sid], grp[sid] = t, {"practice": got}, i
    cs = [(SHORT[c], c, cat_def[c]) for c in SHORT if c != "Other"] + [(c, l, odef[c]) for l, c in other.items()]
    train, test = split_groups(grp)
    write("opp_segments", "OPP-115: segments of privacy policies", "segment", [q("practice", "Practices that the segment speaks of", "many", cs)], st, train, test, sc)


if __name__ == "__main__":
    for f in (nytimes, uscongress, bbc, hoc, reuters, goemotions, anes, opp):
        if len(sys.argv) < 2 or f.__name__ in sys.argv[1:]:
            f()
