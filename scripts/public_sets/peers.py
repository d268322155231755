#!/usr/bin/env python3
"""scikit-learn on the public sets of the folder $SETS (made by build.py), and the same metrics for codeframe's codings.

    peers.py [NAME ...] [--only MODEL,...] [--train train|train300|train30]   fit, print, write peers.json
    peers.py --score NAME codings.jsonl [--train ...]                          metrics of a codings file beside the peers
    peers.py --table                                                           what peers.json holds

Models: svm_w (TF-IDF of words 1-2, CalibratedClassifierCV(LinearSVC)), svm_wc (words and char_wb 3-5), lr_w, lr_wc (LogisticRegression on
the same), svmb_w, svmb_wc (as svm, class_weight balanced; by name only), and svm_p for sets coded in passages (lines of text as passages, the best line counts for the document). C is tuned by
3-fold cross-validation on micro F1 (accuracy where one code is selected); one thread; features are built once, not in every fold.
Codings file: JSON lines {"report","question","code","probability",...}, every (report, code) of the test reports; `decision` is ignored:
select one: the most probable code; many: probability >= .5.
micro_raw, macro_raw: F1 of the same SVM without calibration (margin above 0, or the largest): what many people really run.
"""
import os
for v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(v, "1")
import argparse, json, math, resource, sys, time, warnings
import numpy as np

HERE = os.environ.get("SETS", ".")   # the folder that build.py filled
SETS = ["nytimes", "uscongress", "bbc", "hoc", "reuters", "goemotions", "anes", "opp_segments", "opp115"]   # and reuters_big, by name
MODELS = ["svm_w", "svm_wc", "lr_w", "lr_wc"]
COLS = ["micro_f1", "macro_f1", "micro_raw", "macro_raw", "map", "ece", "ece_top", "brier_skill", "fit_cpu_s", "predict_cpu_s"]


def lines(path):
    with open(path, encoding="utf-8") as f:
        for n, l in enumerate(f, 1):
            if l.strip():
                try:
                    yield n, json.loads(l)
                except ValueError as e:
                    sys.exit(f"{path}:{n}: not JSON: {e}")


class Set:
    def __init__(self, name, train="train"):
        d = f"{HERE}/{name}"
        if not os.path.exists(d + "/frame.json"):
            sys.exit(f"{name}: no such set; there are: {', '.join(x for x in sorted(os.listdir(HERE)) if os.path.exists(f'{HERE}/{x}/frame.json'))}")
        self.name, self.dir = name, d
        frame = json.load(open(d + "/frame.json", encoding="utf-8"))
        self.questions = frame["questions"]
        self.cells = [(q["id"], c["id"]) for q in self.questions for c in q["codes"]]
        self.at = {c: k for k, c in enumerate(self.cells)}
        self.groups = [(q["select"], np.array([self.at[q["id"], c["id"]] for c in q["codes"]])) for q in self.questions]
        self.text = {r["id"]: r["text"] for _, r in lines(d + "/corpus.jsonl")}
        self.train, self.Y, self.train_rows = self.read(train)
        self.test, self.T, self.test_rows = self.read("test")

    def read(self, part):
        rows = [r for _, r in lines(f"{self.dir}/{part}.jsonl")]
        Y = np.zeros((len(rows), len(self.cells)), dtype=int)
        for i, r in enumerate(rows):
            assert set(r["codes"]) == {q["id"] for q in self.questions}, r["id"]
            for q, cs in r["codes"].items():
                for c in cs:
                    Y[i, self.at[q, c]] = 1
        return [r["id"] for r in rows], Y, rows


# ---------------------------------------------------------------- metrics

def average_precision(y, s):
    """Area under the precision-recall steps; ties share their precision (as in scikit-learn)."""
    o = np.argsort(-s, kind="stable")
    y, s = y[o], s[o]
    end = np.r_[np.where(np.diff(s))[0], len(s) - 1]
    tp = np.cumsum(y)[end]
    prec, rec = tp / (end + 1), tp / y.sum()
    return float(np.sum(np.diff(np.r_[0, rec]) * prec))


def ece(p, y, bins=10):
    b = np.minimum((p * bins).astype(int), bins - 1)
    n = np.bincount(b, minlength=bins)
    gap = np.abs(np.bincount(b, p, bins) - np.bincount(b, y, bins))
    return float(gap.sum() / n.sum())


def decide(s, P):
    D = np.zeros(P.shape, dtype=int)
    for select, g in s.groups:
        if select == "one":
            D[np.arange(len(P)), g[P[:, g].argmax(1)]] = 1
        else:
            D[:, g] = P[:, g] >= .5
    return D


def metrics(s, P):
    T, D = s.T, decide(s, P)
    tp, fp, fn = (D & T).sum(0), (D & (1 - T)).sum(0), ((1 - D) & T).sum(0)
    has = T.sum(0) > 0
    f = 2 * tp / np.maximum(2 * tp + fp + fn, 1)
    base = np.broadcast_to(s.Y.mean(0), T.shape)
    m = {"micro_f1": float(2 * tp.sum() / max(1, (2 * tp + fp + fn).sum())), "macro_f1": float(f[has].mean()),
         "map": float(np.mean([average_precision(T[:, k], P[:, k]) for k in np.where(has)[0]])), "ece": ece(P.ravel(), T.ravel())}
    if all(sel == "one" for sel, _ in s.groups):
        top = [(P[:, g].max(1), T[np.arange(len(T)), g[P[:, g].argmax(1)]]) for _, g in s.groups]
        m["ece_top"] = ece(np.concatenate([a for a, _ in top]), np.concatenate([b for _, b in top]))
    m["brier_skill"] = float(1 - ((P - T) ** 2).mean() / ((base - T) ** 2).mean())
    both = has & (T.sum(0) >= 2) & (T.mean(0) < 1)
    po, pe = (D == T).mean(0), D.mean(0) * T.mean(0) + (1 - D.mean(0)) * (1 - T.mean(0))
    m["kappa_mean"] = float(((po - pe) / np.maximum(1 - pe, 1e-12))[both].mean())      # codes with at least two positives
    m["codes_tested"], m["n_test"], m["n_train"] = int(has.sum()), len(T), len(s.Y)
    return m


# ---------------------------------------------------------------- peers

def features(kind):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion
    w = ("w", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2))
    c = ("c", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2))
    return FeatureUnion([w] if kind == "w" else [w, c])


def binary(learner, C):
    from sklearn.svm import LinearSVC
    from sklearn.linear_model import LogisticRegression
    if learner != "lr":
        return LinearSVC(C=C, random_state=0, class_weight="balanced" if learner == "svmb" else None)
    return LogisticRegression(C=C, solver="liblinear", random_state=0, max_iter=1000)


def multi(learner, C):
    from sklearn.linear_model import LogisticRegression
    return binary(learner, C) if learner != "lr" else LogisticRegression(C=C, max_iter=1000)


def tune(learner, X, Y, one, grid):
    """C by 3-fold CV on micro F1 of all codes of the question(s) together; accuracy for select one."""
    from sklearn.model_selection import KFold
    if one:
        from sklearn.model_selection import StratifiedKFold
        y = Y.argmax(1)
        folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(X, y))
        sc = [np.mean([(multi(learner, C).fit(X[a], y[a]).predict(X[b]) == y[b]).mean() for a, b in folds]) for C in grid]
    else:
        folds = list(KFold(3, shuffle=True, random_state=0).split(X))
        sc = []
        for C in grid:
            tp = err = 0
            for a, b in folds:
                for k in range(Y.shape[1]):
                    y = Y[a, k]
                    h = np.full(len(b), y[0]) if y.min() == y.max() else binary(learner, C).fit(X[a], y).predict(X[b])
                    tp += (h & Y[b, k]).sum()
                    err += (h != Y[b, k]).sum()
            sc.append(2 * tp / max(1, 2 * tp + err))
    return grid[int(np.argmax(sc))]


def raw(learner, C, X, Y, Z, s):
    """Decisions of the plain SVM."""
    D = np.zeros((Z.shape[0], Y.shape[1]), dtype=int)
    C = list(C)
    many = [g for sel, g in s.groups if sel != "one"]
    if many:
        c = C.pop(0)
        for k in np.concatenate(many):
            y = Y[:, k]
            D[:, k] = y[0] if y.min() == y.max() else binary(learner, c).fit(X, y).predict(Z)
    for sel, g in s.groups:
        if sel == "one":
            D[np.arange(len(D)), g[binary(learner, C.pop(0)).fit(X, Y[:, g].argmax(1)).predict(Z)]] = 1
    return D


def f1(D, T):
    tp, wrong, has = (D & T).sum(0), (D != T).sum(0), T.sum(0) > 0
    return float(2 * tp.sum() / max(1, (2 * tp + wrong).sum())), float((2 * tp / np.maximum(2 * tp + wrong, 1))[has].mean())


def fit_predictor(learner, X, Y, s):
    """A function X -> probabilities of all cells."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold
    grid = [.1, .3, 1, 3, 10, 30] if learner != "lr" else [1, 10, 100, 1000]
    parts, chosen = [], []
    many = [g for sel, g in s.groups if sel != "one"]
    if many:
        g = np.concatenate(many)
        C = tune(learner, X, Y[:, g], False, grid)
        chosen.append(C)
        for k in g:
            y = Y[:, k]
            few = min(y.sum(), len(y) - y.sum())
            if few < 2:
                parts.append((np.array([k]), None, y.mean()))
                continue
            m = binary(learner, C)
            if learner != "lr":
                m = CalibratedClassifierCV(m, cv=StratifiedKFold(int(min(5, few)), shuffle=True, random_state=0))
            m.fit(X, y)
            parts.append((np.array([k]), m, None))
    for sel, g in s.groups:
        if sel != "one":
            continue
        y = Y[:, g].argmax(1)
        C = tune(learner, X, Y[:, g], True, grid)
        chosen.append(C)
        m = multi(learner, C)
        if learner != "lr":
            m = CalibratedClassifierCV(m, cv=list(StratifiedKFold(5, shuffle=True, random_state=0).split(X, y)))
        m.fit(X, y)
        parts.append((g[m.classes_], m, "one"))

    def predict(Z):
        P = np.zeros((Z.shape[0], Y.shape[1]))
        for g, m, how in parts:
            if m is None:
                P[:, g[0]] = how
            elif how == "one":
                P[:, g] = m.predict_proba(Z)
            else:
                P[:, g[0]] = m.predict_proba(Z)[:, 1]
        return P
    return predict, chosen


def clock():
    return time.perf_counter(), time.process_time()


def since(a):
    b = clock()
    return b[0] - a[0], b[1] - a[1]


def passages_of(text):
    return [l.strip() for l in text.split("\n") if l.strip()]


def run(s, model):
    learner, kind = model.split("_")
    texts = [s.text[i] for i in s.train]
    Y, owner = s.Y, None
    t = clock()
    if kind == "p":      # lines as passages; positive where a reader's quote lies in the line
        texts, ys = [], []
        for r in s.train_rows:
            for l in passages_of(s.text[r["id"]]):
                y = np.zeros(len(s.cells), dtype=int)
                for p in r["passages"]:
                    if p["quote"] in l:
                        y[s.at[tuple(p["code"].split("/"))]] = 1
                texts.append(l)
                ys.append(y)
        Y = np.array(ys)
    vec = features("w" if kind == "p" else kind)
    X = vec.fit_transform(texts).tocsr()
    predict, C = fit_predictor(learner, X, Y, s)
    fit = since(t)
    t = clock()
    tests = [s.text[i] for i in s.test]
    if kind == "p":
        owner = [(k, l) for k, x in enumerate(tests) for l in passages_of(x)]
        Q = predict(vec.transform([l for _, l in owner]).tocsr())
        P = np.zeros((len(tests), len(s.cells)))
        np.maximum.at(P, [k for k, _ in owner], Q)
    else:
        P = predict(vec.transform(tests).tocsr())
    pred = since(t)
    m = metrics(s, P)
    m |= {"C": C, "features": sum(len(v.vocabulary_) for _, v in vec.transformer_list), "fit_s": fit[0], "fit_cpu_s": fit[1], "predict_s": pred[0], "predict_cpu_s": pred[1]}
    if learner != "lr":
        if kind == "p":
            D = np.zeros(s.T.shape, dtype=int)
            np.maximum.at(D, [k for k, _ in owner], raw(learner, C, X, Y, vec.transform([l for _, l in owner]).tocsr(), s))
        else:
            D = raw(learner, C, X, Y, vec.transform(tests).tocsr(), s)
        m["micro_raw"], m["macro_raw"] = f1(D, s.T)
    pool = s.dir + "/pool10k.jsonl"
    if os.path.exists(pool):
        tests = [r["text"] for _, r in lines(pool)]
        t = clock()
        predict(vec.transform(tests).tocsr())
        m["predict_10k_s"], m["predict_10k_cpu_s"] = since(t)
    m["max_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return m


# ---------------------------------------------------------------- printing

def show(rows, title):
    print(title)
    print(f"  {'':10}" + "".join(f"{c:>14}" for c in COLS))
    for name, m in rows:
        print(f"  {name:10}" + "".join(f"{'-' if m.get(c) is None else format(m[c], '.2f' if c.endswith('_s') else '.3f'):>14}" for c in COLS)
              + (f"   C {m['C']}" if "C" in m else "") + (f"  10k texts {m['predict_10k_cpu_s']:.2f} s" if "predict_10k_s" in m else ""), flush=True)


def key(name, train):
    return name if train == "train" else f"{name}@{train}"


def stored():
    p = HERE + "/peers.json"
    return json.load(open(p)) if os.path.exists(p) else {}


def score(name, path, train):
    s = Set(name, train)
    P = np.full(s.T.shape, np.nan)
    row = {r: k for k, r in enumerate(s.test)}
    trainset, by, cited = set(s.train), {}, {}
    for n, r in lines(path):
        where = f"{path}:{n}: "
        for f in ("report", "question", "code", "probability"):
            if f not in r:
                sys.exit(where + f"no {f}")
        if r["report"] not in row:
            continue
        c = (r["question"], r["code"])
        if c not in s.at:
            sys.exit(where + f"unknown code {'/'.join(c)}")
        p = r["probability"]
        if not isinstance(p, (int, float)) or isinstance(p, bool) or not 0 <= p <= 1:
            sys.exit(where + f"probability is {p!r}, not a number from 0 to 1")
        k = row[r["report"]], s.at[c]
        if not math.isnan(P[k]):
            sys.exit(where + f"second line for {r['report']} {'/'.join(c)}")
        P[k] = p
        by[r.get("by")] = by.get(r.get("by"), 0) + 1
        if r.get("passages"):
            cited[k] = [x["quote"] if isinstance(x, dict) else x for x in r["passages"]]
    if np.isnan(P).any():
        miss = np.argwhere(np.isnan(P))
        i, k = miss[0]
        sys.exit(f"{path}: {len(miss)} of {P.size} cells are missing, the first: {s.test[i]} {'/'.join(s.cells[k])}")
    if by.get("person"):
        print(f"warning: {by['person']} cells of test reports are by a person: the test codings have leaked into the project", file=sys.stderr)
    for sel, g in s.groups:
        off = np.abs(P[:, g].sum(1) - 1)
        if sel == "one" and off.max() > 1e-6:
            print(f"warning: probabilities of a select-one question sum to 1 only within {off.max():.2g}", file=sys.stderr)
    m = metrics(s, P)
    if s.test_rows and "passages" in s.test_rows[0]:
        D, hit, n = decide(s, P), 0, 0
        for i, r in enumerate(s.test_rows):
            gold = {}
            for p in r["passages"]:
                gold.setdefault(s.at[tuple(p["code"].split("/"))], []).append(" ".join(p["quote"].split()))
            for k in np.where(D[i] & s.T[i])[0]:
                mine = [" ".join(x.split()) for x in cited.get((i, k), [])]
                n += 1
                hit += any(a in b or b in a for a in mine for b in gold.get(k, []))
        m["cites_a_readers_passage"] = hit / max(1, n)      # of the codes rightly said to apply
    peers = stored().get(key(name, train), {})
    show([("codeframe", m)] + sorted(peers.items()), f"{key(name, train)}: {path}")
    print(f"  kappa (mean of codes with two positives) {m['kappa_mean']:.3f}" + "".join(f"; {k} {v['kappa_mean']:.3f}" for k, v in sorted(peers.items()) if "kappa_mean" in v))
    if "cites_a_readers_passage" in m:
        print(f"  codes rightly applied that cite a reader's passage: {m['cites_a_readers_passage']:.3f}")
    m["goals"] = {}
    for k in ("svm_w", "svm_wc"):
        if k in peers:
            v = peers[k]
            d = {x: m[x] - v[x] for x in ("micro_f1", "macro_f1", "map", "brier_skill")}
            ok = {x: bool(d[x] >= g) for x, g in (("micro_f1", .02), ("macro_f1", .02), ("map", .03), ("brier_skill", .02))}
            ok["ece"] = bool(m["ece"] <= max(.010, v["ece"]))
            m["goals"][k] = ok
            print(f"  against {k:7}" + "; ".join(f"{x} {d[x]:+.3f} {'ok' if ok[x] else 'SHORT'}" for x in d) + f"; ece {m['ece']:.3f} ({v['ece']:.3f}) {'ok' if ok['ece'] else 'SHORT'}")
    raws = [v for v in peers.values() if "micro_raw" in v]
    if raws:
        a, b = max(v["micro_raw"] for v in raws), max(v["macro_raw"] for v in raws)
        print(f"  against the best uncalibrated margin of all peers: micro_f1 {m['micro_f1'] - a:+.3f} ({a:.3f}); macro_f1 {m['macro_f1'] - b:+.3f} ({b:.3f})")
    return m


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("names", nargs="*")
    a.add_argument("--only", help="models, separated by commas")
    a.add_argument("--train", default="train")
    a.add_argument("--score", nargs=2, metavar=("NAME", "FILE"))
    a.add_argument("--json", action="store_true", help="with --score: the metrics as JSON on the last line")
    a.add_argument("--table", action="store_true")
    o = a.parse_args()
    warnings.filterwarnings("ignore")
    if o.table:
        for k, v in stored().items():
            show(v.items(), k)
        return
    if o.score:
        m = score(*o.score, o.train)
        if o.json:
            print(json.dumps(m))
        return
    for name in o.names or SETS:
        if not os.path.exists(f"{HERE}/{name}/{o.train}.jsonl"):
            print(f"{name}: no {o.train}.jsonl, left out", file=sys.stderr)
            continue
        s = Set(name, o.train)
        rows = []
        for model in (o.only.split(",") if o.only else MODELS + (["svm_p"] if "passages" in s.train_rows[0] else [])):
            rows.append((model, run(s, model)))
            got = stored()
            got.setdefault(key(name, o.train), {})[model] = rows[-1][1]
            with open(HERE + "/peers.json", "w") as f:
                json.dump(got, f, indent=1)
        show(rows, f"{key(name, o.train)}: {len(s.cells)} codes, train {len(s.train)}, test {len(s.test)}")


if __name__ == "__main__":
    main()
