//! A quotation mark that opens a cell and is not closed swallows all rows up to the next one, in silence: whatever stands
//! between is text of the cell. Here such a mark is found by what no spreadsheet writes.

/// Where a cell begins that swallows rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// Line of the quotation mark, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// What is wrong, with the mark's place as its subject.
    pub message: String,
}

/// Line breaks that the text of a cell may have; a cell with more has swallowed rows.
const MOST_BREAKS: u32 = 100;

/// The first quotation mark that is not closed where a cell ends.
pub(super) fn unclosed(text: &str, separator: u8) -> Option<Unclosed> {
    let (mut line, mut column) = (1, 0);
    let mut state = State::Start;
    for c in text.chars() {
        column += 1;
        let ends = c == char::from(separator) || matches!(c, '\n' | '\r');
        state = match state {
            State::Start if c == '"' => State::Quoted { line, column },
            State::Quoted { .. } if c != '"' => state,
            State::Quoted { line, column } => State::Closed { line, column },
            State::Closed { line, column } if c == '"' => State::Quoted { line, column },
            State::Closed { line: from, column } if !ends && line > from => {
                let message =
                    format!("a quotation mark opens here and is closed on line {line}, where another cell begins");
                return Some(Unclosed { line: from, column, message });
            }
            State::Closed { line: from, column } if ends && line - from > MOST_BREAKS => {
                let message = format!("a quotation mark opens here and is closed {} lines below", line - from);
                return Some(Unclosed { line: from, column, message });
            }
            _ if ends => State::Start,
            _ => State::Plain,
        };
        if c == '\n' {
            (line, column) = (line + 1, 0);
        }
    }
    match state {
        State::Quoted { line, column } => {
            let message = "a quotation mark opens here and is not closed".to_owned();
            Some(Unclosed { line, column, message })
        }
        _ => None,
    }
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Before the first character of a cell.
    Start,
    /// In a cell without quotation marks, or behind them.
    Plain,
    /// Between quotation marks, of which the first stands here.
    Quoted { line: u32, column: u32 },
    /// Behind a mark that closes, unless another follows.
    Closed { line: u32, column: u32 },
}
