//! Cells as they come from a spreadsheet's clipboard: rows, columns and blocks of text.

use crate::age_band::AgeBand;
use crate::entry::{self, Meaning};

const BANDS: usize = AgeBand::COUNT;

/// Fourteen cells for the fourteen bands, as pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fourteen {
    /// The cells in the official order, unread.
    pub cells: [String; BANDS],
    /// The fifteenth cell, where there was one: the total.
    pub total: Option<String>,
}

impl Fourteen {
    /// Whether the pasted total is the sum of the pasted cells; none where a total wasn't pasted or can't be compared.
    #[must_use]
    pub fn total_fits(&self) -> Option<bool> {
        let typed = self.total.as_deref()?;
        let sum = entry::counts(&self.cells).ok()?.total();
        match entry::count(typed).meaning {
            Meaning::Number(total) => Some(u64::from(total) == sum),
            // A total may well be larger than any one cell.
            Meaning::Wrong(_) => Some(entry::large(typed)? == sum),
            Meaning::Blank => None,
        }
    }
}

/// The rows of a text from the clipboard: tabs between cells, any kind of newline between rows, and cells in double
/// quotes where they hold one of these.
#[must_use]
pub fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![Vec::new()];
    let mut rest = text;
    loop {
        let (cell, after) = next_cell(rest);
        if let Some(row) = rows.last_mut() {
            row.push(cell);
        }
        if let Some(next) = after.strip_prefix('\t') {
            rest = next;
            continue;
        }
        let next = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\r', '\n']));
        match next {
            // A spreadsheet ends the last row, too.
            None | Some("") => return rows,
            Some(next) => {
                rows.push(Vec::new());
                rest = next;
            }
        }
    }
}

/// The first cell, and what follows it from its separator on.
fn next_cell(text: &str) -> (String, &str) {
    if let Some(quoted) = text.strip_prefix('"')
        && let Some((cell, after)) = unquote(quoted)
    {
        return (cell, after);
    }
    let end = text.find(['\t', '\r', '\n']).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

/// A quoted cell after its opening quote. None where the quote isn't one: the cell doesn't end with another.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = quoted;
    loop {
        let (part, after) = rest.split_once('"')?;
        cell.push_str(part);
        if let Some(next) = after.strip_prefix('"') {
            cell.push('"');
            rest = next;
        } else {
            return (after.is_empty() || after.starts_with(['\t', '\r', '\n'])).then_some((cell, after));
        }
    }
}

/// The fourteen cells, and perhaps the total, of a pasted text: a row or a column of 14 or 15, with or without a line
/// of labels before it, or as many numbers with blanks or commas between them. None where it is something else.
#[must_use]
pub fn fourteen(text: &str) -> Option<Fourteen> {
    let rows = rows(text);
    let line = match rows.as_slice() {
        [row] if row.len() > 1 => row.clone(),
        [row] => separated(row.first()?)?,
        [labels, row] if is_labels(labels) => row.clone(),
        column if column.iter().all(|row| row.len() == 1) => column.iter().flatten().cloned().collect(),
        block => labeled_column(block)?,
    };
    of_line(line)
}

/// Whether none of these is a number: a line of labels.
fn is_labels(cells: &[String]) -> bool {
    cells.iter().all(|cell| matches!(entry::count(cell).meaning, Meaning::Wrong(_)))
}

/// The second column of two, the first being labels.
fn labeled_column(block: &[Vec<String>]) -> Option<Vec<String>> {
    let (labels, numbers): (Vec<String>, Vec<String>) = block
        .iter()
        .map(|row| match row.as_slice() {
            [label, number] => Some((label.clone(), number.clone())),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .unzip();
    is_labels(&labels).then_some(numbers)
}

/// Numbers in one line of plain text. Blanks are tried first, since a comma may stand within a number.
fn separated(line: &str) -> Option<Vec<String>> {
    let split = |separator: fn(char) -> bool| -> Option<Vec<String>> {
        let cells: Vec<String> = line.trim().split(separator).map(|cell| cell.trim().to_owned()).collect();
        (BANDS..=BANDS + 1).contains(&cells.len()).then_some(cells)
    };
    let by_blanks: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    if (BANDS..=BANDS + 1).contains(&by_blanks.len()) {
        return Some(by_blanks);
    }
    split(|c| matches!(c, ',' | '，' | '、'))
}

fn of_line(mut line: Vec<String>) -> Option<Fourteen> {
    let total = if line.len() == BANDS + 1 { line.pop() } else { None };
    Some(Fourteen { cells: line.try_into().ok()?, total })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOURCE: [&str; BANDS] = ["0", "0", "0", "10,000", "2", "2", "2", "3", "0", "0", "7", "1", "0", "100"];

    fn pasted(text: &str) -> Fourteen {
        fourteen(text).unwrap_or_else(|| panic!("not fourteen: {text:?}"))
    }

    #[test]
    fn a_row_a_column_and_plain_text_of_fourteen_give_the_same_cells() {
        let row = SOURCE.join("\t");
        let labels: Vec<String> = (0..BANDS).map(|band| format!("{band}歳")).collect();
        let labeled: Vec<String> = labels.iter().zip(SOURCE).map(|(label, cell)| format!("{label}\t{cell}")).collect();
        for text in [
            row.clone(),
            format!("{row}\r\n"),
            SOURCE.join("\r\n"),
            SOURCE.join("\n") + "\n",
            SOURCE.join("\r"),
            SOURCE.join(" "),
            SOURCE.join("\u{3000}"),
            SOURCE.map(|cell| format!("\"{cell}\"")).join("\t"),
            format!("{}\n{row}", labels.join("\t")),
            labeled.join("\r\n"),
        ] {
            let pasted = pasted(&text);
            assert_eq!((pasted.cells.each_ref().map(String::as_str), pasted.total), (SOURCE, None), "{text:?}");
        }
        assert_eq!(pasted(&["1"; BANDS].join(",")).cells, [const { "1" }; BANDS].map(str::to_owned));
    }

    #[test]
    fn a_fifteenth_cell_is_the_total_and_is_compared() {
        for separator in ["\t", "\r\n", " "] {
            let with = |total: &str| pasted(&[SOURCE.join(separator), total.to_owned()].join(separator));
            assert_eq!(with("10,117").total_fits(), Some(true));
            assert_eq!(with("１０１１７人").total_fits(), Some(true));
            assert_eq!(with("10,116").total_fits(), Some(false));
            assert_eq!(with("合計").total_fits(), None);
        }
        assert_eq!(pasted(&SOURCE.join("\t")).total_fits(), None);
    }

    #[test]
    fn a_total_above_what_a_cell_can_hold_is_compared_too() {
        let text = |total: &str| format!("{}\t{total}", ["99999"; BANDS].join("\t"));
        assert_eq!(pasted(&text("1,399,986")).total_fits(), Some(true));
        assert_eq!(pasted(&text("1,399,987")).total_fits(), Some(false));
    }

    #[test]
    fn blank_cells_keep_their_places() {
        let row = pasted("\t\t3\t\t\t\t\t\t\t\t\t\t\t");
        assert_eq!((row.cells[2].as_str(), row.cells[13].as_str()), ("3", ""));
        let column = pasted("1\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n");
        assert_eq!((column.cells[0].as_str(), column.cells[13].as_str()), ("1", ""));
    }

    #[test]
    fn something_else_is_not_fourteen() {
        let thirteen = SOURCE[..13].join("\t");
        let sixteen = ["1"; 16].join("\t");
        let two_rows = format!("{0}\n{0}", SOURCE.join("\t"));
        let three_columns = ["a\t1\t2"; BANDS].join("\n");
        let two_columns_of_numbers = ["1\t2"; BANDS].join("\n");
        for text in
            ["", "12", "1,234", "1 234", &thirteen, &sixteen, &two_rows, &three_columns, &two_columns_of_numbers]
        {
            assert_eq!(fourteen(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_block_keeps_its_rows_and_quoted_cells_their_tabs_newlines_and_quotes() {
        let text = "\"a\tb\"\t\"c\r\nd\"\r\n\"say \"\"x\"\"\"\t\r\n";
        assert_eq!(rows(text), [["a\tb", "c\r\nd"], ["say \"x\"", ""]]);
        assert_eq!(rows("\"open\t2"), [["\"open", "2"]], "a quote that nothing closes is a character");
        assert_eq!(rows("\"a\"b\t2"), [["\"a\"b", "2"]], "a quote that closes within a cell is a character");
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_were_written(
            block in prop::collection::vec(prop::collection::vec("[0-9,\"\t\r\na人]{0,4}", 1..4), 1..4),
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let lines: Vec<String> =
                block.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join("\t")).collect();
            prop_assert_eq!(rows(&(lines.join("\r\n") + "\r\n")), block);
        }

        #[test]
        fn no_text_makes_the_reader_fail(text in ".{0,80}") {
            let _ = fourteen(&text);
        }
    }
}
