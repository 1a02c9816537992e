//! Tables of tasks: CSV and its kin.

use super::document::line_count;
use super::draft::{Draft, ImportError, Warning};
use super::record::{self, Key, Record};
use serde_json::Value;

/// Reads a table whose first row names the columns. Commas, semicolons and tabs are told apart by that row.
pub fn read(name: &str, text: &str) -> Result<Draft, ImportError> {
    let first = text.lines().next().unwrap_or("");
    let count = |sign: u8| first.bytes().filter(|&b| b == sign).count();
    let delimiter =
        [b',', b';', b'\t'].into_iter().max_by_key(|&sign| (count(sign), sign == b',')).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes());
    let error = |error: csv::Error| ImportError::Csv { name: name.to_owned(), message: error.to_string() };
    let columns: Vec<String> = reader.headers().map_err(error)?.iter().map(str::to_owned).collect();
    if !columns.iter().any(|column| matches!(record::key(column), Key::Title | Key::Description)) {
        return Err(ImportError::Columns { name: name.to_owned(), found: columns.join(", ") });
    }
    let mut records = Vec::new();
    let mut warnings = Vec::new();
    for row in reader.records() {
        let row = row.map_err(error)?;
        let line = row.position().map_or(0, |p| u32::try_from(p.line()).unwrap_or(u32::MAX));
        if row.len() != columns.len() {
            let message = format!("expected {} cells, found {}", columns.len(), row.len());
            warnings.push(Warning { line, message });
        }
        let names = columns.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let entries = row
            .iter()
            .zip(names)
            .enumerate()
            .map(|(index, (cell, name))| {
                (name.unwrap_or_else(|| format!("column {}", index + 1)), Value::from(cell))
            })
            .collect();
        records.push(Record { line, group: None, entries });
    }
    let mut draft = record::gather(records, true);
    draft.warnings.extend(warnings);
    draft.report.lines = line_count(text);
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Priority;

    #[test]
    fn a_row_is_a_task_and_the_type_groups() {
        let text = "ID;Type;Description;Priority;Dependencies;Done when\nA-1;Setup;\"Make; it\";P0;;runs\nA-2;Test;Try it;P1;A-1;passes\n";
        let draft = read("x.csv", text).unwrap();
        let titles: Vec<&str> = draft.groups.iter().map(|g| g.title.as_str()).collect();
        assert_eq!(titles, ["Setup", "Test"]);
        let first = &draft.groups[0].tasks[0];
        assert_eq!(
            (first.task.title.as_str(), first.task.priority, first.line),
            ("Make; it", Some(Priority::Critical), 2)
        );
        assert_eq!(first.task.fields, [("Done when".to_owned(), "runs".to_owned())]);
    }

    #[test]
    fn a_long_row_keeps_its_cells_and_a_table_without_titles_is_refused() {
        let draft = read("x.csv", "title,status\na,done,extra\n").unwrap();
        assert_eq!(draft.groups[0].tasks[0].task.fields, [("column 3".to_owned(), "extra".to_owned())]);
        assert_eq!(draft.warnings.len(), 1);
        assert!(matches!(read("x.csv", "a,b\n1,2\n"), Err(ImportError::Columns { .. })));
    }
}
