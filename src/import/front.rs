//! The front matter of a Markdown file: the part of YAML that tools write there.

use super::document::one_line;
use serde_json::Value;

/// Splits the front matter off: its entries, and where the body begins.
///
/// Scalars, quoted or not, lists in brackets or by dashes, and folded scalars (`>-`) are understood;
/// other values stay text.
pub fn split(text: &str) -> (Vec<(String, Value)>, usize) {
    let none = (Vec::new(), 0);
    let Some(rest) = text.strip_prefix("---\n") else { return none };
    let Some(end) = rest.find("\n---\n").or_else(|| rest.strip_suffix("\n---").map(str::len)) else {
        return none;
    };
    let entries = entries(&rest[..end]);
    if entries.is_empty() {
        return none;
    }
    (entries, (4 + end + 5).min(text.len()))
}

fn entries(text: &str) -> Vec<(String, Value)> {
    let mut out: Vec<(String, Value)> = Vec::new();
    let mut nested: Vec<&str> = Vec::new();
    let finish = |out: &mut Vec<(String, Value)>, nested: &mut Vec<&str>| {
        if let (Some((_, value)), false) = (out.last_mut(), nested.is_empty()) {
            *value = block_value(value, nested);
            nested.clear();
        }
    };
    for line in text.lines() {
        let key = line.split_once(':').filter(|(key, _)| {
            !key.is_empty() && !key.starts_with([' ', '-', '#']) && !key.contains(['"', '\''])
        });
        if let Some((key, value)) = key {
            finish(&mut out, &mut nested);
            out.push((key.trim().to_owned(), scalar(value.trim())));
        } else if !line.trim().is_empty() && !out.is_empty() {
            nested.push(line);
        }
    }
    finish(&mut out, &mut nested);
    out
}

/// The value that indented lines under a key give.
fn block_value(head: &Value, lines: &[&str]) -> Value {
    if !lines[0].trim_start().starts_with('-') {
        let text = one_line(&lines.join("\n"));
        let head = head.as_str().unwrap_or("").trim_start_matches(['>', '|', '-', '+']).trim();
        return Value::String(format!("{head} {text}").trim().to_owned());
    }
    let mut items: Vec<String> = Vec::new();
    for line in lines {
        match (line.trim_start().strip_prefix('-'), items.last_mut()) {
            (Some(item), _) => items.push(unquote(item.trim())),
            (None, Some(last)) => {
                let start = last.trim_start_matches(['>', '|', '-', '+']).trim_end().to_owned();
                *last = one_line(&format!("{start} {}", line.trim()));
            }
            (None, None) => {}
        }
    }
    Value::Array(items.into_iter().map(Value::String).collect())
}

fn scalar(text: &str) -> Value {
    if let Some(list) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        let items = list.split(',').map(|item| unquote(item.trim())).filter(|item| !item.is_empty());
        return Value::Array(items.map(Value::from).collect());
    }
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::from(unquote(text)),
    }
}

fn unquote(text: &str) -> String {
    if let Some(inner) = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        return inner.replace("''", "'");
    }
    if let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        return serde_json::from_str(text).unwrap_or_else(|_| inner.to_owned());
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_tools_write_is_read() {
        let text = "---\nid: B-1\ntitle: 'It''s: \"it\"'\nlabels: [a, \"b\"]\ndeps:\n  - x\n  - >-\n    long\n    text\nnone: []\nempty:\n---\nbody\n";
        let (entries, start) = split(text);
        assert_eq!(&text[start..], "body\n");
        let expected = [
            ("id", json!("B-1")),
            ("title", json!("It's: \"it\"")),
            ("labels", json!(["a", "b"])),
            ("deps", json!(["x", "long text"])),
            ("none", json!([])),
            ("empty", Value::Null),
        ];
        assert_eq!(entries, expected.map(|(key, value)| (key.to_owned(), value)));
    }

    #[test]
    fn a_line_of_dashes_is_no_front_matter() {
        for text in ["---\ntext\n", "---\n\n---\nx", "text\n---\na: b\n---\n"] {
            assert_eq!(split(text).1, 0, "{text:?}");
        }
    }
}
