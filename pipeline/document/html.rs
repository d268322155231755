//! A [`Document`] is written as one HTML file that needs nothing beside it: its style and pictures are in it, no script is.
//! Tables have captions and heads with scope, pictures a name, notes a way back, so that it can be read aloud.

use super::parts::{LANGUAGE, escaped};
use super::{Align, Block, Document, Figure, Inline, Numbers, Row, Table, Text};
use std::fmt::Write as _;

/// Writes a document.
pub fn html(document: &Document) -> String {
    let mut page = Page::default();
    let title = escaped(&document.title);
    page.line(&format!(
        "<!DOCTYPE html>\n<html lang=\"{LANGUAGE}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>"
    ));
    for line in &document.subtitle {
        page.line(&format!("<p class=\"subtitle\">{}</p>", escaped(line)));
    }
    page.line("</header>");
    page.line("<main>");
    document.blocks.iter().for_each(|block| page.block(block, &document.blocks));
    page.footnotes();
    page.line("</main>\n</body>\n</html>");
    page.out
}

/// Readable on paper and screen, in black and white, and in dark surroundings.
const STYLE: &str = "\
:root { color-scheme: light; }
body { font: 1rem/1.5 Calibri, Carlito, 'Segoe UI', 'Liberation Sans', sans-serif; color: #1a1a1a; background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3, h4, h5 { color: #1f3864; line-height: 1.25; margin: 1.8em 0 .5em; }
h1 { font-size: 2rem; margin-top: 0; }
.subtitle { color: #404040; margin: 0; }
nav { margin: 2rem 0; }
nav ul { list-style: none; padding-left: 0; }
nav ul ul { padding-left: 1.2rem; }
a { color: #1f3864; }
.scroll { overflow-x: auto; margin: 1.5rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; border-top: 2px solid #404040; border-bottom: 2px solid #404040; }
caption, figcaption { font-weight: bold; text-align: left; padding: .3rem 0; }
th, td { padding: .2rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid #d0d0d0; font-weight: normal; }
thead th, thead td { border-bottom: 2px solid #404040; background: #f2f2f2; font-weight: bold; vertical-align: bottom; }
tbody th[scope=row] { min-width: 9rem; }
tbody th.group { font-weight: bold; font-style: italic; padding-top: .5rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { white-space: normal; }
.note { font-size: .85rem; color: #404040; margin: .3rem 0; }
figure { margin: 1.5rem 0; }
figure .scroll { margin: 0; }
figure svg { width: 100%; min-width: 34rem; height: auto; }
blockquote { margin: 1rem 2rem; font-style: italic; }
blockquote footer { font-style: normal; color: #404040; font-size: .9rem; }
mark { background: #ffef9e; color: inherit; font-weight: bold; }
.footnotes { border-top: 1px solid #404040; margin-top: 3rem; font-size: .9rem; }
@media print { body { max-width: none; margin: 0; } .scroll { overflow: visible; } tr, figure, blockquote { break-inside: avoid; } thead { display: table-header-group; } }
";

#[derive(Default)]
struct Page {
    out: String,
    numbers: Numbers,
    notes: Vec<String>,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, block: &Block, all: &[Block]) {
        match block {
            Block::Contents => self.contents(all),
            Block::Heading(level, text) => {
                self.numbers.headings += 1;
                let (id, text) = (self.numbers.headings, self.text(text));
                // The document's title is the page's first heading.
                let level = (*level).clamp(1, 4) + 1;
                self.line(&format!("<h{level} id=\"h{id}\">{text}</h{level}>"));
            }
            Block::Paragraph(text) => {
                let text = self.text(text);
                self.line(&format!("<p>{text}</p>"));
            }
            Block::Quotation(text, source) => {
                let (text, source) = (self.text(text), self.text(source));
                let source = if source.is_empty() { source } else { format!("\n<footer>{source}</footer>") };
                self.line(&format!("<blockquote>\n<p>{text}</p>{source}\n</blockquote>"));
            }
            Block::List(is_numbered, items) => {
                let name = if *is_numbered { "ol" } else { "ul" };
                self.line(&format!("<{name}>"));
                for item in items {
                    let item = self.text(item);
                    self.line(&format!("<li>{item}</li>"));
                }
                self.line(&format!("</{name}>"));
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
        }
    }

    fn text(&mut self, text: &Text) -> String {
        let mut out = String::new();
        for inline in &text.0 {
            let (before, text, after) = match inline {
                Inline::Plain(text) => ("", text, ""),
                Inline::Strong(text) => ("<strong>", text, "</strong>"),
                Inline::Emphasis(text) => ("<em>", text, "</em>"),
                Inline::Marked(text) => ("<mark>", text, "</mark>"),
                Inline::Note(note) => {
                    let kept = note.0.iter().filter(|inline| !matches!(inline, Inline::Note(_))).cloned().collect();
                    let note = self.text(&Text(kept));
                    self.notes.push(note);
                    let n = self.notes.len();
                    let _ = write!(out, "<sup><a id=\"r{n}\" href=\"#n{n}\" aria-label=\"note {n}\">{n}</a></sup>");
                    continue;
                }
            };
            out.push_str(before);
            out.push_str(&escaped(text));
            out.push_str(after);
        }
        out
    }

    fn contents(&mut self, all: &[Block]) {
        self.line("<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ul>");
        let headings = all.iter().filter_map(|block| match block {
            Block::Heading(level, text) => Some((*level, text)),
            _ => None,
        });
        // How many items are open: one of the first level, and one of the second in it.
        let mut open = 0;
        for (id, (level, text)) in (1..).zip(headings).filter(|(_, (level, _))| *level <= 2) {
            let before = match (open, level) {
                (0, _) => "",
                (1, 2) => "\n<ul>\n",
                (1, _) => "</li>\n",
                (_, 2) => "</li>\n",
                _ => "</li>\n</ul></li>\n",
            };
            open = if level == 2 && open > 0 { 2 } else { 1 };
            let _ = write!(self.out, "{before}<li><a href=\"#h{id}\">{}</a>", escaped(&text.plain()));
        }
        self.line(match open {
            0 => "</ul>\n</nav>",
            1 => "</li>\n</ul>\n</nav>",
            _ => "</li>\n</ul></li>\n</ul>\n</nav>",
        });
    }

    fn table(&mut self, table: &Table) {
        self.numbers.tables += 1;
        let (number, caption) = (self.numbers.tables, self.text(&table.caption));
        // A table that is wider than the window is scrolled, with the keyboard too.
        self.line(&format!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"t{number}\">\n<table>\n\
             <caption id=\"t{number}\">Table {number}\u{2002}{caption}</caption>\n<thead>\n<tr>"
        ));
        let class = |align: Align| if align == Align::Right { " class=\"number\"" } else { "" };
        for column in &table.columns {
            let (class, head) = (class(column.align), escaped(&column.head));
            // An empty head heads nothing.
            let cell = if head.is_empty() {
                format!("<td{class}></td>")
            } else {
                format!("<th scope=\"col\"{class}>{head}</th>")
            };
            self.line(&cell);
        }
        self.line("</tr>\n</thead>\n<tbody>");
        for row in &table.rows {
            match row {
                Row::Group(text) => {
                    let (span, text) = (table.columns.len(), self.text(text));
                    self.line(&format!(
                        "<tr><th scope=\"rowgroup\" class=\"group\" colspan=\"{span}\">{text}</th></tr>"
                    ));
                }
                Row::Cells(cells) => {
                    let mut line = "<tr>".to_owned();
                    for (n, column) in table.columns.iter().enumerate() {
                        let text = cells.get(n).map(|text| self.text(text)).unwrap_or_default();
                        let class = class(column.align);
                        let _ = match (n, text.is_empty()) {
                            (0, false) => write!(line, "<th scope=\"row\"{class}>{text}</th>"),
                            _ => write!(line, "<td{class}>{text}</td>"),
                        };
                    }
                    line.push_str("</tr>");
                    self.line(&line);
                }
            }
        }
        self.line("</tbody>\n</table>");
        for note in &table.notes {
            let note = self.text(note);
            self.line(&format!("<p class=\"note\">{note}</p>"));
        }
        self.line("</div>");
    }

    fn figure(&mut self, figure: &Figure) {
        self.numbers.figures += 1;
        let (number, caption) = (self.numbers.figures, self.text(&figure.caption));
        // Only the picture itself: a declaration in front of it has no place in HTML.
        let svg = figure.svg.find("<svg").map_or("", |at| &figure.svg[at..]);
        let name = format!("<svg role=\"img\" aria-label=\"{}\"", escaped(&figure.alternative));
        let svg = svg.replacen("<svg", &name, 1);
        // Its words would be too small to read in a narrow window, so it is scrolled there.
        self.line(&format!(
            "<figure>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"f{number}\">\n{svg}\n</div>\n\
             <figcaption id=\"f{number}\">Figure {number}\u{2002}{caption}</figcaption>\n</figure>"
        ));
    }

    fn footnotes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        self.line("<section class=\"footnotes\" aria-label=\"Notes\">\n<ol>");
        for (n, note) in (1..).zip(std::mem::take(&mut self.notes)) {
            self.line(&format!("<li id=\"n{n}\">{note} <a href=\"#r{n}\" aria-label=\"back to note {n}\">↩</a></li>"));
        }
        self.line("</ol>\n</section>");
    }
}
