//! Names of directories and files from headings.

use std::collections::HashSet;

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

/// `name`, or `name-2`, `name-3`, … whichever is not in `taken` yet; it is then.
pub fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut count = 1;
    while !taken.insert(candidate.clone()) {
        count += 1;
        candidate = format!("{name}-{count}");
    }
    candidate
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
        let mut taken = HashSet::new();
        let names: Vec<String> = (0..3).map(|_| unique("a", &mut taken)).collect();
        assert_eq!(names, ["a", "a-2", "a-3"]);
    }
}
