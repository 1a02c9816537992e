//! Tables of tasks: CSV and its kin.

use super::document::line_count;
use super::draft::{Draft, ImportError, Warning};
use super::record::{self, Key, Record};
use serde_json::Value;

/// Reads a table whose first row names the columns. Commas, semicolons and tabs are told apart by that row.
pub fn read(name: &str, text: &str) -> Result<Draft, ImportError> {
    let (delimiter, skipped) = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::Headers)
        .from_reader(&text.as_bytes()[skipped..]);
    let error = |error: csv::Error| ImportError::Csv { name: name.to_owned(), message: error.to_string() };
    let mut columns: Vec<String> = reader.headers().map_err(error)?.iter().map(str::to_owned).collect();
    let mut warnings = Vec::new();
    let titled = |name: &String| record::key(name) == Key::Title;
    if !columns.iter().any(titled) {
        let named = columns.iter().position(|name| record::names_work(name));
        let described = || columns.iter().any(|name| record::key(name) == Key::Description);
        match named {
            Some(at) => {
                let message = format!("no column is named title; {:?} was taken for it", columns[at]);
                warnings.push(Warning { line: 1, message });
                "title".clone_into(&mut columns[at]);
            }
            None if described() => {}
            None => return Err(ImportError::Columns { name: name.to_owned(), found: columns.join(", ") }),
        }
    }
    let lines_before = u32::from(skipped > 0);
    let mut records = Vec::new();
    for row in reader.records() {
        let row = row.map_err(error)?;
        let line = row.position().map_or(0, |p| u32::try_from(p.line()).unwrap_or(u32::MAX)) + lines_before;
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

/// The sign between the cells, by the first row, and how many bytes stand before that row: spreadsheets write
/// a line such as `sep=;` there.
fn delimiter(text: &str) -> (u8, usize) {
    let first = text.lines().next().unwrap_or("");
    if let [sign] = first.trim().strip_prefix("sep=").unwrap_or("").as_bytes() {
        return (*sign, (first.len() + 1).min(text.len()));
    }
    let mut quoted = false;
    let bare = first.bytes().filter(|&b| {
        quoted ^= b == b'"';
        !quoted
    });
    let bare: Vec<u8> = bare.collect();
    let count = |sign: u8| bare.iter().copied().filter(|b| *b == sign).count();
    let signs = [b',', b';', b'\t', b'|'];
    (signs.into_iter().max_by_key(|&sign| (count(sign), sign == b',')).unwrap_or(b','), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dependency, FileStatus, Priority};

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
    fn columns_have_many_names_and_rows_without_words_are_none() {
        let text = "sep=;\n\"User Story\";Task ID;DependsOnID;State (a, b, c, d)\nlog in;#7;;Done\n;;;\nlog out;8;7;Parked\n";
        let mut draft = read("x.csv", text).unwrap();
        super::super::references::resolve(&mut draft);
        let tasks = &draft.groups[0].tasks;
        assert_eq!(tasks.len(), 2);
        assert_eq!((tasks[0].task.title.as_str(), tasks[0].id.as_ref().unwrap().as_str()), ("log in", "7"));
        assert_eq!(tasks[0].task.status, Some(FileStatus::Completed));
        assert_eq!(tasks[1].task.depends, [Dependency::Task("7".parse().unwrap())]);
        let warnings: Vec<(u32, &str)> =
            draft.warnings.iter().map(|w| (w.line, w.message.as_str())).collect();
        let expected = [
            (5, "the state \"Parked\" is not known; the task is open, and the state is kept as text"),
            (1, "no column is named title; \"User Story\" was taken for it"),
        ];
        assert_eq!(warnings, expected);
    }

    #[test]
    fn a_long_row_keeps_its_cells_and_a_table_without_titles_is_refused() {
        let draft = read("x.csv", "title,status\na,done,extra\n").unwrap();
        assert_eq!(draft.groups[0].tasks[0].task.fields, [("column 3".to_owned(), "extra".to_owned())]);
        assert_eq!(draft.warnings.len(), 1);
        assert!(matches!(read("x.csv", "a,b\n1,2\n"), Err(ImportError::Columns { .. })));
    }
}
