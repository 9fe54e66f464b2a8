//! Reading a pasted table of people: code, name, manager.

use shared::issuance::BatchRowRequest;

/// What stands in the third column of a manager.
const MANAGER: [&str; 6] = ["管理者", "manager", "○", "〇", "1", "yes"];

/// The rows of a pasted table; blank lines and a line of headings are none. Columns are separated by tabs, or by commas
/// where there is no tab; a single column is the names.
pub fn rows(text: &str) -> Vec<BatchRowRequest> {
    text.lines().filter(|line| !line.trim().is_empty()).map(row).filter(|row| !is_heading(row)).collect()
}

fn row(line: &str) -> BatchRowRequest {
    let separator = if line.contains('\t') { '\t' } else { ',' };
    let cells: Vec<&str> = line.split([separator, if separator == ',' { '，' } else { '\t' }]).map(str::trim).collect();
    let (code, name, manager) = match cells.as_slice() {
        [name] => ("", *name, ""),
        [code, name] => (*code, *name, ""),
        [code, name, manager, ..] => (*code, *name, *manager),
        [] => ("", "", ""),
    };
    BatchRowRequest {
        organization_id: None,
        institution_code: Some(code.to_owned()).filter(|code| !code.is_empty()),
        display_name: name.to_owned(),
        is_manager: MANAGER.contains(&manager.to_ascii_lowercase().as_str()),
    }
}

/// Headings name columns where a person's code would have digits.
fn is_heading(row: &BatchRowRequest) -> bool {
    ["氏名", "名前", "name", "Name"].contains(&row.display_name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_from_a_spreadsheet_is_read_whatever_separates_it() {
        let read = rows("コード\t氏名\t管理者\r\n1319011115\t山田 花子\t管理者\r\n\r\n\t鈴木 一\t\r\n");
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].institution_code.as_deref(), Some("1319011115"));
        assert_eq!((read[0].display_name.as_str(), read[0].is_manager), ("山田 花子", true));
        assert_eq!((read[1].institution_code.as_deref(), read[1].is_manager), (None, false));
        let read = rows("9011115, 佐藤 光,Manager\n高橋 実");
        assert_eq!((read[0].display_name.as_str(), read[0].is_manager), ("佐藤 光", true));
        assert_eq!((read[1].display_name.as_str(), read[1].institution_code.as_deref()), ("高橋 実", None));
    }
}
