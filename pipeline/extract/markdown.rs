//! Markdown's block marks (headings, lists, tables, quotes, fences) and its marks inside a line. Not a full parser:
//! reports are prose, and what is not recognised stays in the text as it was typed.

use super::Error;
use super::builder::{Builder, Look, Place, Shape};
use super::report::BlockKind;

/// Adds a Markdown text.
pub(super) fn add(builder: &mut Builder, text: &str) -> Result<(), Error> {
    let mut reader = Reader { builder, paragraph: String::new(), shape: None, row: 0, table: None };
    let lines: Vec<&str> = text.lines().collect();
    let mut fence: Option<&str> = None;
    let front = front_matter(&lines);
    let mut i = front;
    while i < lines.len() {
        let line = lines[i];
        let trimmed = line.trim();
        i += 1;
        if let Some(mark) = fence {
            if trimmed.starts_with(mark) {
                fence = None;
            } else if !trimmed.is_empty() {
                reader.builder.add(line.trim_end(), Shape::of(BlockKind::Paragraph))?;
            }
            continue;
        }
        if let Some(mark) = ["```", "~~~"].into_iter().find(|m| trimmed.starts_with(m)) {
            reader.close()?;
            fence = Some(mark);
            continue;
        }
        let next = lines.get(i).map_or("", |l| l.trim());
        if trimmed.is_empty() {
            reader.close()?;
            reader.table = None;
        } else if let Some((level, title)) = atx(trimmed) {
            reader.close()?;
            reader.builder.add(&inline(title), Shape::of(BlockKind::Heading(level)))?;
        } else if reader.paragraph.is_empty() && is_row(trimmed) && (reader.table.is_some() || is_rule_row(next)) {
            reader.row(trimmed)?;
            if is_rule_row(next) {
                i += 1;
            }
        } else if let Some(level) = setext(next).filter(|_| reader.shape.is_none()) {
            let title = format!("{} {trimmed}", std::mem::take(&mut reader.paragraph));
            reader.builder.add(&inline(title.trim()), Shape::of(BlockKind::Heading(level)))?;
            i += 1;
        } else if is_rule(trimmed) {
            reader.close()?;
        } else if let Some((depth, marker, item)) = item(line) {
            reader.close()?;
            reader.shape = Some(Shape { marker: Some(marker), ..Shape::of(BlockKind::ListItem(depth)) });
            reader.paragraph.push_str(item);
        } else {
            let said = trimmed.trim_start_matches(['>', ' ']);
            if !reader.paragraph.is_empty() {
                reader.paragraph.push(if line.ends_with("  ") { '\n' } else { ' ' });
            }
            reader.paragraph.push_str(said);
        }
    }
    reader.close()
}

struct Reader<'r, 'b> {
    builder: &'r mut Builder<'b>,
    paragraph: String,
    shape: Option<Shape>,
    table: Option<u32>,
    row: u32,
}

impl Reader<'_, '_> {
    fn close(&mut self) -> Result<(), Error> {
        let paragraph = std::mem::take(&mut self.paragraph);
        let shape = self.shape.take();
        if paragraph.is_empty() {
            return Ok(());
        }
        let bold = is_all_bold(&paragraph);
        let look = Look { bold, ..Look::default() };
        let shape = shape.unwrap_or(Shape::of(BlockKind::Paragraph));
        self.builder.add(&inline(&paragraph), Shape { look, ..shape })
    }

    fn row(&mut self, line: &str) -> Result<(), Error> {
        let table = match self.table {
            Some(table) => {
                self.row += 1;
                table
            }
            None => {
                let table = self.builder.new_table(None);
                self.builder.tables[table as usize].n_header_rows = 1;
                self.table = Some(table);
                self.row = 0;
                table
            }
        };
        for (column, cell) in cells(line).into_iter().enumerate() {
            let place = Place { table, row: self.row, column: column as u32 };
            let look = Look { bold: is_all_bold(&cell), ..Look::default() };
            self.builder.add(&inline(&cell), Shape { place: Some(place), look, ..Shape::of(BlockKind::Paragraph) })?;
        }
        Ok(())
    }
}

/// How many lines at the top are metadata between `---` lines.
fn front_matter(lines: &[&str]) -> usize {
    if lines.first().map(|l| l.trim_end()) != Some("---") {
        return 0;
    }
    lines.iter().skip(1).position(|l| matches!(l.trim_end(), "---" | "...")).map_or(0, |end| end + 2)
}

fn atx(line: &str) -> Option<(u8, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let title = line[level..].strip_prefix([' ', '\t'])?;
    (1..=6).contains(&level).then(|| (level as u8, title.trim().trim_end_matches('#').trim()))
}

fn setext(next: &str) -> Option<u8> {
    let of = |c: u8| next.len() >= 3 && next.bytes().all(|b| b == c);
    if of(b'=') {
        Some(1)
    } else if of(b'-') {
        Some(2)
    } else {
        None
    }
}

fn is_rule(line: &str) -> bool {
    ['-', '*', '_'].into_iter().any(|c| line.matches(c).count() >= 3 && line.chars().all(|d| d == c || d == ' '))
}

fn is_row(line: &str) -> bool {
    line.contains('|') && (line.starts_with('|') || line.split('|').count() >= 2)
}

fn is_rule_row(line: &str) -> bool {
    line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn cells(line: &str) -> Vec<String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'|') => {
                cells.last_mut().into_iter().for_each(|cell| cell.push('|'));
                chars.next();
            }
            '|' => cells.push(String::new()),
            _ => cells.last_mut().into_iter().for_each(|cell| cell.push(c)),
        }
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}

fn item(line: &str) -> Option<(u8, String, &str)> {
    let indent: usize = line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
    let line = line.trim();
    let depth = (indent / 2).min(8) as u8;
    let (mark, rest) = line.split_once(char::is_whitespace)?;
    let number = mark
        .strip_suffix(['.', ')'])
        .is_some_and(|n| !n.is_empty() && n.len() < 10 && n.bytes().all(|b| b.is_ascii_digit()));
    match mark {
        "-" | "*" | "+" => Some((depth, "•".to_owned(), rest.trim())),
        _ if number => Some((depth, mark.to_owned(), rest.trim())),
        _ => None,
    }
}

fn is_all_bold(text: &str) -> bool {
    let text = text.trim();
    ["**", "__"]
        .into_iter()
        .any(|m| text.len() > 4 && text.starts_with(m) && text.ends_with(m) && !text[2..text.len() - 2].contains(m))
}

/// The text of a line without its marks: emphasis, code, links and pictures (their words stay), escapes.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        let before = i.checked_sub(1).map(|j| chars[j]);
        let after = chars.get(i + 1).copied();
        match c {
            '\\' if after.is_some_and(|a| a.is_ascii_punctuation()) => {
                out.extend(after);
                i += 1;
            }
            '`' => {}
            // A star or underscore is a mark where it touches a word on one side only.
            '*' | '_' => {
                let inside = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
                let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let mark = if c == '*' {
                    inside(before) || inside(after)
                } else {
                    word(before) != word(after) || before == Some('_') || after == Some('_')
                };
                if !mark {
                    out.push(c);
                }
            }
            '!' if after == Some('[') => {}
            '[' => {
                if let Some((words, end)) = link(&chars, i) {
                    out.push_str(&inline(&words));
                    i = end;
                } else {
                    out.push(c);
                }
            }
            _ => out.push(c),
        }
        i += 1;
    }
    out
}

/// Longest link that is looked for, in characters.
const MAX_LINK: usize = 2_000;

/// The words of the link that starts at `start`, and where it ends.
fn link(chars: &[char], start: usize) -> Option<(String, usize)> {
    let until = |from: usize, c: char| chars.iter().skip(from).take(MAX_LINK).position(|d| *d == c).map(|at| from + at);
    let close = until(start, ']')?;
    if chars.get(close + 1) != Some(&'(') || chars[start + 1..close].contains(&'[') {
        return None;
    }
    let end = until(close + 1, ')')?;
    Some((chars[start + 1..close].iter().collect(), end))
}
