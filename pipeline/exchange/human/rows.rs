//! Human codings as a table: an answer a row. A code that has several passages has as many rows.

use super::{Answer, HumanPassage, Reader};
use crate::fault::did_you_mean;
use crate::sheet::{Row, Sheet};

/// The words that hints name.
const WORDS: [Answer; 3] = [Answer::Applies, Answer::DoesNotApply, Answer::Unsure];

/// Reads all rows.
pub(super) fn read(bytes: &[u8], reader: &mut Reader<'_>) {
    let (sheet, faults) = Sheet::read(reader.path, bytes);
    reader.faults.extend(faults);
    if sheet.columns.is_empty() {
        return;
    }
    let mut needed = |name: &str, also: &str| {
        let column = sheet.column(&[name, also]);
        if column.is_none() {
            reader.fault(1, format!("there is no column `{name}`"), sheet.near_column(name));
        }
        column
    };
    let columns = (needed("report", "id"), needed("question", ""), needed("code", ""), needed("verdict", "answer"));
    let (Some(report), Some(question), Some(code), Some(verdict)) = columns else { return };
    let (quote, reviewer) = (sheet.column(&["quote", "passage"]), sheet.column(&["reviewer", "coder"]));
    for Row { line, cells } in &sheet.rows {
        let optional = |column: Option<usize>| column.map(|n| cells[n].as_str()).filter(|cell| !cell.is_empty());
        let Some(key) = reader.key(*line, &cells[report], optional(reviewer).map(str::to_owned)) else { continue };
        let answer = answer(*line, &cells[verdict], reader);
        if reader.question(*line, &cells[question]).is_none() {
            continue;
        }
        let (Some(code), Some(answer)) = (reader.code(*line, &cells[question], &cells[code]), answer) else { continue };
        reader.answer(&key, *line, code.index, answer);
        if let Some(quote) = optional(quote) {
            let passage = HumanPassage { code: code.index, quote: quote.to_owned(), answer, line: *line };
            reader.coding(&key, *line).passages.push(passage);
        }
    }
}

fn answer(line: u32, word: &str, reader: &mut Reader<'_>) -> Option<Answer> {
    let found = Answer::read(word);
    if found.is_none() {
        let hint = did_you_mean(word, WORDS.iter().map(|answer| answer.name()));
        let all = || "write applies, does_not_apply or unsure".to_owned();
        reader.fault(line, format!("`{word}` is no verdict"), Some(hint.unwrap_or_else(all)));
    }
    found
}
