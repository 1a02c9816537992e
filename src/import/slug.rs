//! Names of directories and files from headings.

use std::collections::{HashMap, HashSet};

/// The heading as a name: lower-case ASCII words with `-` between them, at most 48 characters.
///
/// Accents are dropped from Latin letters; what has no ASCII at all becomes `fallback`.
pub fn slug(title: &str, fallback: &str) -> String {
    let mut out = String::new();
    for c in title.chars() {
        let plain = plain_letter(c);
        if let Some(text) = plain {
            out.push_str(text);
        } else if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !matches!(c, '\'' | '’') && !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    if out.len() > 48 {
        let cut = out[..48].rfind('-').filter(|&i| i > 20).unwrap_or(48);
        out.truncate(cut);
    }
    let name = out.trim_matches('-');
    if name.is_empty() { fallback.to_owned() } else { name.to_owned() }
}

/// Names that are given, each once.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// By a name that was asked for again, the last number that it got.
    last: HashMap<String, usize>,
}

impl Names {
    /// `name`, or `name-2`, `name-3`, … whichever is not taken yet; it is then.
    pub fn unique(&mut self, name: &str) -> String {
        if self.taken.insert(name.to_owned()) {
            return name.to_owned();
        }
        // Names are never given back, so whatever was taken before still is.
        let count = self.last.entry(name.to_owned()).or_insert(1);
        loop {
            *count += 1;
            let candidate = format!("{name}-{count}");
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

impl FromIterator<String> for Names {
    fn from_iter<T: IntoIterator<Item = String>>(taken: T) -> Self {
        Self { taken: taken.into_iter().collect(), last: HashMap::new() }
    }
}

fn plain_letter(c: char) -> Option<&'static str> {
    Some(match c.to_lowercase().next()? {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ă' | 'ạ' | 'ả' | 'ấ' | 'ầ' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ế' | 'ề' | 'ệ' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ị' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ơ' | 'ọ' | 'ố' | 'ộ' | 'ờ' => "o",
        'ö' | 'œ' => "oe",
        'ù' | 'ú' | 'û' | 'ư' | 'ụ' | 'ứ' | 'ự' => "u",
        'ü' => "ue",
        'ß' => "ss",
        'ś' | 'š' => "s",
        'ž' | 'ź' | 'ż' => "z",
        'ý' | 'ÿ' => "y",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_headings() {
        for (title, name) in [
            ("FOUNDATION & INFRASTRUCTURE", "foundation-infrastructure"),
            ("Einführung: Größe", "einfuehrung-groesse"),
            ("  C++ / Rust!  ", "c-rust"),
            ("阶段", "group"),
            ("..", "group"),
        ] {
            assert_eq!(slug(title, "group"), name);
        }
        assert!(slug(&"word ".repeat(40), "group").len() <= 48);
    }

    #[test]
    fn a_name_is_given_once() {
        let mut names: Names = ["b-3".to_owned()].into_iter().collect();
        let given: Vec<String> =
            ["a", "a", "a-3", "a", "a-2", "b", "b", "b", "a"].iter().map(|name| names.unique(name)).collect();
        assert_eq!(given, ["a", "a-2", "a-3", "a-4", "a-2-2", "b", "b-2", "b-4", "a-5"]);
    }
}
