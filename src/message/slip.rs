//! Lines that only link, and were most likely meant to do more.

use super::lines::{skip_blanks, strip_word, trim};
use super::subject::{Form, is_forge_squash};
use super::{Effect, Message, Rules, list};

impl Rules {
    /// Whether a line of a message that only links was most likely meant to have an effect: one of our trailers whose value
    /// is no list of ids, a subject that misses one of the forms by a little, or a bullet of a forge's squash that no
    /// blank line sets apart. `part` is the place of the message within the message that the line is of.
    pub fn is_slip(&self, line: &str, message: &Message, part: usize) -> bool {
        let is_subject = message.parts.get(part).is_some_and(|part| part.subject.starts_with(line));
        let is_squash = || message.parts.first().is_some_and(|whole| is_forge_squash(&whole.subject));
        self.is_trailer_slip(line)
            || (is_subject && self.is_subject_slip(line))
            || line.strip_prefix("* ").is_some_and(|bullet| self.is_form(bullet) && is_squash())
    }

    fn is_trailer_slip(&self, line: &str) -> bool {
        let key = line.split_once(':').map_or("", |(key, _)| key.trim_end());
        self.trailer(key).is_some_and(|(_, effect)| effect != Effect::Links)
    }

    /// Whether it names tasks where a form does, and goes on nearly as one: `task 4 : x`, `task 4 - x`, `tasks 4 5: x`,
    /// `WIP task 4: x`, `task 4:`, `task 4 steps 1-2: x`.
    fn is_subject_slip(&self, subject: &str) -> bool {
        let named =
            strip_word(subject, "wip").filter(|rest| rest.starts_with(' ')).map_or(subject, skip_blanks);
        let Some((words, mut rest)) = self.strip_head(named).and_then(|list| list::strict(list, Some(self)))
        else {
            return false;
        };
        if !words.iter().all(|word| has_digit(word)) || self.is_form(subject) {
            return false;
        }
        // Ids that nothing but blanks keep apart.
        while let Some((more, after)) = list::strict(skip_blanks(rest), Some(self))
            && more.iter().all(|word| has_digit(word))
        {
            rest = after;
        }
        let rest = skip_blanks(rest);
        let names_steps =
            list::strip_step(rest).is_some_and(|steps| steps.starts_with(|c: char| c.is_ascii_digit()));
        let has_dash = ["-", "\u{2013}", "\u{2014}"].iter().any(|dash| {
            rest.strip_prefix(dash).is_some_and(|said| said.starts_with(' ') && !trim(said).is_empty())
        });
        has_dash || rest.starts_with(':') || (names_steps && rest.contains(':'))
    }

    fn is_form(&self, line: &str) -> bool {
        Form::read(trim(line), self).is_some()
    }
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn slips(text: &str) -> Vec<String> {
        let rules = Rules::default();
        let message = read(text, false, &rules);
        let parts = message.parts.iter().enumerate();
        let lines = parts.flat_map(|(at, part)| part.references.iter().map(move |found| (at, found)));
        let idle = lines.filter(|(_, found)| found.effect == Effect::Links);
        idle.filter(|(at, found)| rules.is_slip(&found.text, &message, *at))
            .map(|(_, f)| f.words.join(" "))
            .collect()
    }

    #[test]
    fn near_forms_are_slips_and_prose_is_none() {
        for (text, expected) in [
            ("task 4 : x", "4"),
            ("task 4 - x", "4"),
            ("task 4 \u{2014} x", "4"),
            ("tasks 4 5: x", "4"),
            ("WIP task 4: x", "4"),
            ("task 4:", "4"),
            ("task 4:\nx", "4"),
            ("task 4 steps 1-2: x", "4"),
            ("tasks 4, 5 step 1: x", "4 5"),
            ("x\n\nCloses-Task: task 4", "task,4"),
            ("x (#9)\n\n* task 4: a\n* task 5: b\n* and task 6", "5"),
            ("x (#9)\n\n* task 4: a\n\n* task 5: b", ""),
            ("x\n\n* task 4: a\n* task 5: b", ""),
            ("task 4", ""),
            ("task 4 is done", ""),
            ("task 4-x", ""),
            ("Follow task 4: x", ""),
            ("see task 4 - x", ""),
            ("task force 4: x", ""),
            ("x\n\ntask 4 - x", ""),
            ("x\n\nRefs-Task: 4", ""),
        ] {
            assert_eq!(slips(text).join(","), expected, "{text:?}");
        }
    }
}
