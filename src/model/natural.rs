//! Natural order: runs of digits compare as numbers, so that 2 comes before 10.

use std::cmp::Ordering;

/// Compares two strings in natural order, without regard to ASCII case.
///
/// Strings that differ only in case or in leading zeros fall back to the order of their bytes,
/// so the result is `Equal` for equal strings only.
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let (Some(&head), Some(&other)) = (left.first(), right.first()) else {
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        let order = if head.is_ascii_digit() && other.is_ascii_digit() {
            let (x, y) = (take_digits(&mut left), take_digits(&mut right));
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        } else {
            (left, right) = (&left[1..], &right[1..]);
            head.to_ascii_lowercase().cmp(&other.to_ascii_lowercase())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Cuts the leading run of digits off `text` and returns it without its leading zeros.
fn take_digits<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let zeros = digits.iter().take_while(|&&b| b == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_within_text_order_by_value() {
        let mut names = vec!["10", "9", "1.10.1", "1.2.1", "T002", "t1", "a", "bd-2", "bd-10"];
        names.sort_by(|a, b| natural_cmp(a, b));
        assert_eq!(names, ["1.2.1", "1.10.1", "9", "10", "a", "bd-2", "bd-10", "t1", "T002"]);
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[a0-2.]{0,6}", b in "[A0-2.]{0,6}", c in "[a0-2.]{0,6}") {
            prop_assert_eq!(natural_cmp(&a, &b), natural_cmp(&b, &a).reverse());
            prop_assert_eq!(natural_cmp(&a, &b) == Ordering::Equal, a == b);
            if natural_cmp(&a, &b).is_le() && natural_cmp(&b, &c).is_le() {
                prop_assert!(natural_cmp(&a, &c).is_le());
            }
        }
    }
}
