//! What a message says of where a commit comes from, and of who else wrote it.

/// The object id, or its beginning, that `git cherry-pick -x` names; the last one where a pick was picked again.
pub fn picked_from(message: &str) -> Option<&str> {
    let named = |line: &'_ str| -> Option<(usize, usize)> {
        let start = line.find("(cherry picked from commit ")? + "(cherry picked from commit ".len();
        let length = line[start..].find(')')?;
        Some((start, length))
    };
    message.lines().rev().find_map(|line| {
        let (start, length) = named(line)?;
        let id = &line[start..start + length];
        (id.len() >= 7 && id.bytes().all(|b| b.is_ascii_hexdigit())).then_some(id)
    })
}

/// The name and mail address of everybody whom a `Co-authored-by` trailer names, in their order.
pub fn co_authors(message: &str) -> Vec<(&str, &str)> {
    let person = |line: &'_ str| -> Option<(usize, usize, usize)> {
        let label = "co-authored-by:";
        if !line.get(..label.len())?.eq_ignore_ascii_case(label) {
            return None;
        }
        let open = line.rfind('<')?;
        let close = line.rfind('>').filter(|&close| close > open)?;
        Some((label.len(), open, close))
    };
    let found = message.lines().filter_map(|line| {
        let (start, open, close) = person(line)?;
        let name = line.get(start..open)?.trim();
        (!name.is_empty()).then(|| (name, line[open + 1..close].trim()))
    });
    found.collect()
}

/// The number at the end of a subject by which forges name the pull request that a commit was squashed from: `#12`, `!12`.
pub fn pull_request(subject: &str) -> Option<&str> {
    let inner = subject.trim_end().strip_suffix(')')?;
    let number = &inner[inner.rfind('(')? + 1..];
    let digits = number.strip_prefix(['#', '!'])?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pick_names_its_original() {
        let cases = [
            ("task 1: x\n\n(cherry picked from commit 0123456789abcdef)\n", Some("0123456789abcdef")),
            (
                "x\n\n(cherry picked from commit 1111111)\n(cherry picked from commit 2222222)\n",
                Some("2222222"),
            ),
            ("x (cherry picked from commit tomorrow)", None),
            ("x\n\n(cherry picked from commit 1111111", None),
            ("x", None),
        ];
        for (message, id) in cases {
            assert_eq!(picked_from(message), id, "{message}");
        }
    }

    #[test]
    fn co_authors_are_named_by_trailers() {
        let message = "x\n\nCo-authored-by: Ada L <ada@x>\nco-Authored-By:Bo <bo@x>\nCo-authored-by: <no@x>\nCo-authored-by: Cy";
        assert_eq!(co_authors(message), [("Ada L", "ada@x"), ("Bo", "bo@x")]);
        assert!(
            co_authors("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9} Co-authored-by: A <a>").is_empty()
        );
    }

    #[test]
    fn a_forges_squash_ends_in_a_number() {
        let cases = [
            ("task 1: x (#12)", Some("#12")),
            ("x (!3) ", Some("!3")),
            ("x (12)", None),
            ("x (#)", None),
            ("x #12", None),
            ("(#1) x", None),
        ];
        for (subject, number) in cases {
            assert_eq!(pull_request(subject), number, "{subject}");
        }
    }
}
