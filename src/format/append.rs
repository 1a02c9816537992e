//! Text that is added to a text, of which every byte stays.

use super::document::{Document, Value};
use super::source::unified;
use super::write;
use toml::de::DeValue;

impl Document {
    /// Adds a paragraph to the text of a key, after a blank line. A text over several lines stays as it is written; one in a
    /// single line becomes one over several.
    pub fn append_paragraph(&mut self, key: &str, paragraph: &str) {
        let statement = self.layout().sections[0].statement(key).map(|statement| statement.value.clone());
        let raw = statement.clone().map_or("", |value| &self.text[value]);
        let before = string(raw).unwrap_or_default();
        let gap = match before.as_str() {
            text if text.trim().is_empty() || text.ends_with("\n\n") => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        let added = format!("{gap}{paragraph}\n");
        let after = format!("{before}{added}");
        let within = match raw.get(..3) {
            Some("\"\"\"") => Some(write::within_lines(&added)),
            Some("'''") if write::is_literal(&added) => Some(added),
            _ => None,
        };
        if let (Some(within), Some(value)) = (within, statement) {
            let within = self.localised(&within);
            let end = value.end - 3;
            let spliced = [&self.text[value.start..end], &within, &self.text[end..value.end]].concat();
            // A backslash at the end of a line would swallow what is added.
            if string(&spliced).as_ref() == Some(&after) {
                self.text.insert_str(end, &within);
                return;
            }
        }
        self.set(key, &Value::Multiline(after));
    }
}

fn string(raw: &str) -> Option<String> {
    Some(DeValue::parse(&unified(raw)).ok()?.get_ref().as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_task;

    fn noted(value: &str, paragraph: &str) -> String {
        let text = format!("title = \"t\"\r\ndescription = {value}\n");
        let mut document = Document::parse(".tasks/1.toml", text.as_bytes()).unwrap();
        document.append_paragraph("description", paragraph);
        let bytes = document.into_bytes();
        let description = parse_task(".tasks/1.toml", &bytes).value.and_then(|task| task.description.clone());
        assert!(description.is_some_and(|text| text.ends_with(&format!("{paragraph}\n"))));
        let after = String::from_utf8(bytes).unwrap();
        after.strip_prefix("title = \"t\"\r\ndescription = ").unwrap().to_owned()
    }

    #[test]
    fn every_byte_but_the_addition_stays() {
        for (value, paragraph, expected) in [
            ("\"\"\"\na  \n\"\"\"", "b", "\"\"\"\na  \n\r\nb\r\n\"\"\""),
            ("\"\"\"\na  \"\"\"", "b", "\"\"\"\na  \r\n\r\nb\r\n\"\"\""),
            ("\"\"\"a\\u0041\n\n\"\"\"", "\\", "\"\"\"a\\u0041\n\n\\\\\r\n\"\"\""),
            ("\"\"\"\n\"\"\"", "b", "\"\"\"\nb\r\n\"\"\""),
            ("'''\nC:\\a\n'''", "\"\\b\"", "'''\nC:\\a\n\r\n\"\\b\"\r\n'''"),
            ("'''\na'''", "it'''s", "\"\"\"\r\na\r\n\r\nit'''s\r\n\"\"\""),
            ("'''\na'''", "<<<<<<< x", "\"\"\"\r\na\r\n\r\n\\u003C<<<<<< x\r\n\"\"\""),
            ("\"\"\"a \\\n\"\"\"", "b", "\"\"\"\r\na \r\n\r\nb\r\n\"\"\""),
            ("\"a  \"", "b", "\"\"\"\r\na  \r\n\r\nb\r\n\"\"\""),
        ] {
            assert_eq!(noted(value, paragraph), format!("{expected}\n"), "{value}");
        }
    }

    #[test]
    fn a_text_that_is_not_there_begins() {
        let mut document = Document::parse(".tasks/1.toml", b"title = \"t\"\n").unwrap();
        document.append_paragraph("description", "b");
        assert_eq!(document.into_bytes(), b"title = \"t\"\n\ndescription = \"\"\"\nb\n\"\"\"\n");
    }
}
