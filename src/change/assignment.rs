//! `key=value`, `key+=value` and `key-=value`.

use super::error::ChangeError;
use super::names::Names;
use crate::format::{Document, FileKind, Value};
use crate::model::{Estimate, FileStatus, Priority, nearest};
use jiff::civil::Date;

/// Keys of a task that are not set by hand, and what to do instead.
const NOT_BY_HAND: [(&str, &str); 6] = [
    ("id", "tasks renumber gives a task another id"),
    ("created", "it is the moment the task was written down"),
    ("reopened", "tasks reopen ID sets it"),
    ("aka", "tasks renumber keeps the ids that a task had"),
    ("fields", "name one of them: fields.NAME=TEXT"),
    ("steps", "tasks step ID N completes a step, and tasks step ID --add TEXT adds one"),
];

/// The statuses that a file may be told by hand.
const STATUSES: [FileStatus; 3] = [FileStatus::Completed, FileStatus::Cancelled, FileStatus::Blocked];

/// One assignment, understood and checked as far as it can be without the task.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    key: String,
    action: Action,
}

#[derive(Debug, Clone, PartialEq)]
enum Action {
    Remove,
    Set(Value),
    Add(Vec<String>),
    Take(Vec<String>),
    /// A name of `[fields]`, whose text may be missing to remove it.
    Field(Option<String>),
}

impl Assignment {
    /// Reads an argument that contains `=`.
    pub fn parse(argument: &str, names: &Names<'_>) -> Result<Self, ChangeError> {
        let (left, text) = argument.split_once('=').unwrap_or((argument, ""));
        let (key, sign) = match left.strip_suffix(['+', '-']) {
            Some(key) => (key, left.chars().next_back()),
            None => (left, None),
        };
        let (key, text) = (key.trim(), text.trim());
        if let Some(name) = key.strip_prefix("fields.").filter(|name| !name.is_empty()) {
            if sign.is_some() {
                return Err(ChangeError::NoList { key: key.to_owned() });
            }
            let text = Some(text.to_owned()).filter(|text| !text.is_empty());
            return Ok(Self { key: name.to_owned(), action: Action::Field(text) });
        }
        known(key)?;
        let action = if FileKind::Task.holds_list(key) {
            list(key, sign, text, names).map_err(|error| match error {
                ChangeError::NothingNamed { .. } => ChangeError::NothingNamed { text: argument.to_owned() },
                error => error,
            })?
        } else if sign.is_some() {
            return Err(ChangeError::NoList { key: key.to_owned() });
        } else {
            single(key, text)?
        };
        Ok(Self { key: key.to_owned(), action })
    }

    /// The key, as the command line names it.
    pub fn name(&self) -> String {
        match self.action {
            Action::Field(_) => format!("fields.{}", self.key),
            _ => self.key.clone(),
        }
    }

    /// Reads several arguments. Refused if one would undo what another does to the same key.
    pub fn parse_all(arguments: &[&str], names: &Names<'_>) -> Result<Vec<Self>, ChangeError> {
        let mut all: Vec<Self> = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let new = Self::parse(argument, names)?;
            let adds = matches!(new.action, Action::Add(_) | Action::Take(_));
            if !adds && all.iter().any(|other| other.name() == new.name()) {
                return Err(ChangeError::Twice { key: new.name() });
            }
            all.push(new);
        }
        Ok(all)
    }

    /// Carries it out on the file of the task `id`.
    pub fn apply(&self, document: &mut Document, path: &str, id: &str) -> Result<(), ChangeError> {
        let key = self.key.as_str();
        if let (Action::Add(items) | Action::Set(Value::List(items)), "depends") = (&self.action, key)
            && items.iter().any(|item| item.eq_ignore_ascii_case(id))
        {
            return Err(ChangeError::Itself { id: id.to_owned() });
        }
        if matches!(self.action, Action::Add(_) | Action::Take(_))
            && document.has(key)
            && !document.has_list(key)
        {
            let (path, key) = (path.to_owned(), key.to_owned());
            return Err(ChangeError::OtherType { path, key, expected: "a list" });
        }
        match &self.action {
            Action::Remove => document.remove(key),
            Action::Set(value) => document.set(key, value),
            Action::Add(items) => document.list_add(key, items),
            Action::Take(items) => {
                document.list_remove(key, items);
            }
            Action::Field(text) => document.set_field(key, text.as_deref()),
        }
        Ok(())
    }
}

/// The keys that may be set by hand, in canonical order.
pub fn keys_by_hand() -> impl Iterator<Item = &'static str> {
    FileKind::Task.names().filter(|name| NOT_BY_HAND.iter().all(|(other, _)| name != other))
}

/// What a key may be set to, where only certain words will do.
pub fn words_of(key: &str) -> Vec<&'static str> {
    match key {
        "priority" => Priority::ALL.map(Priority::as_str).to_vec(),
        "optional" => vec!["true", "false"],
        "status" => STATUSES.map(FileStatus::as_str).to_vec(),
        _ => Vec::new(),
    }
}

fn known(key: &str) -> Result<(), ChangeError> {
    if let Some(&(key, help)) = NOT_BY_HAND.iter().find(|(name, _)| *name == key) {
        return Err(ChangeError::NotByHand { key, help });
    }
    if FileKind::Task.names().any(|name| name == key) {
        return Ok(());
    }
    Err(ChangeError::UnknownKey { key: key.to_owned(), near: nearest(key, keys_by_hand()) })
}

/// The items of a list by commas; `\,` is a comma within one.
fn items(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.next_if_eq(&',').is_some() => item.push(','),
            ',' => items.push(std::mem::take(&mut item)),
            c => item.push(c),
        }
    }
    items.push(item);
    let items = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

fn list(key: &str, sign: Option<char>, text: &str, names: &Names<'_>) -> Result<Action, ChangeError> {
    let items = items(text);
    if items.is_empty() {
        return match sign {
            None => Ok(Action::Remove),
            Some(_) => Err(ChangeError::NothingNamed { text: text.to_owned() }),
        };
    }
    if sign == Some('-') {
        // What is taken out need not be there: that is often why.
        // Only an id may be written with a number sign in front; a tag may begin with one.
        let bare = |item: &String| item.trim_start_matches('#').to_owned();
        return Ok(Action::Take(if key == "depends" { items.iter().map(bare).collect() } else { items }));
    }
    let items: Vec<String> = if key == "depends" {
        items.iter().map(|item| names.dependency(item)).collect::<Result<_, _>>()?
    } else {
        if key == "milestones" {
            items.iter().try_for_each(|name| names.milestone(name))?;
        }
        items
    };
    let mut once: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    Ok(if sign == Some('+') { Action::Add(once) } else { Action::Set(Value::List(once)) })
}

fn single(key: &str, text: &str) -> Result<Action, ChangeError> {
    if text.is_empty() {
        return if key == "title" { Err(ChangeError::NoTitle) } else { Ok(Action::Remove) };
    }
    let bad = |expected: &str, near: Option<&'static str>| ChangeError::BadValue {
        key: key.to_owned(),
        value: text.to_owned(),
        expected: expected.to_owned(),
        near,
    };
    let word = || text.to_ascii_lowercase();
    let value = match key {
        "title" if text.contains('\n') => {
            return Err(bad("one line; the rest goes into the description", None));
        }
        "priority" => {
            let words = Priority::ALL.map(Priority::as_str);
            let priority = Priority::from_name(&word())
                .ok_or_else(|| bad(&words.join(", "), nearest(text, words.into_iter())))?;
            Value::Text(priority.as_str().to_owned())
        }
        "estimate" => {
            let estimate = text.parse::<Estimate>();
            let estimate = estimate.map_err(|_| bad("a time such as 30m, 2h, 1d, 1w or 2h-3h", None))?;
            if estimate.is_reversed() {
                return Err(bad("the smaller bound first, such as 2h-3h", None));
            }
            Value::Text(text.to_owned())
        }
        "due" => {
            let date = if text.len() == 10 { text.parse::<Date>().ok() } else { None };
            Value::Date(date.ok_or_else(|| bad("a day as YYYY-MM-DD", None))?)
        }
        "optional" => match word().as_str() {
            "true" => Value::Bool(true),
            "false" => return Ok(Action::Remove),
            _ => return Err(bad("true or false", None)),
        },
        "status" => Value::Text(status(&word()).map_err(|(expected, near)| bad(expected, near))?.to_owned()),
        "description" => Value::Multiline(format!("{}\n", text.trim_end())),
        _ => Value::Text(text.to_owned()),
    };
    Ok(Action::Set(value))
}

/// The status that a file may be told by hand, or what is expected instead and the word that was probably meant.
fn status(word: &str) -> Result<&'static str, (&'static str, Option<&'static str>)> {
    let words = STATUSES.map(FileStatus::as_str);
    match words.into_iter().find(|known| *known == word) {
        Some(known) => Ok(known),
        None if ["pending", "in_progress", "open"].contains(&word) => Err((
            "completed, cancelled or blocked; everything else is derived, and status= removes the line",
            None,
        )),
        None => Err(("completed, cancelled or blocked", nearest(word, words.into_iter()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = ".tasks/412.toml";

    fn set(found: &str, argument: &str) -> Result<String, ChangeError> {
        let names = Names::new([".tasks/a/408.toml", ".tasks/412.toml"].into_iter());
        let assignment = Assignment::parse(argument, &names)?;
        let mut document = Document::parse(PATH, found.as_bytes())?;
        assignment.apply(&mut document, PATH, "412")?;
        Ok(String::from_utf8(document.into_bytes()).unwrap())
    }

    #[test]
    fn values_are_set_added_and_taken_out() {
        let title = "title = \"t\"\n";
        for (found, argument, line) in [
            (title, "title=a = b", "title = \"a = b\""),
            (title, "priority=HIGH", "priority = \"high\""),
            (title, "estimate=2h-3h", "estimate = \"2h-3h\""),
            (title, "due=2026-12-01", "due = 2026-12-01"),
            (title, "optional=true", "optional = true"),
            (title, "depends=#408,a/", "depends = [\n  \"408\",\n  \"a/\",\n]"),
            (title, "tags+=#ui", "tags = [\n  \"#ui\",\n]"),
            (title, "tags+=b, a,", "tags = [\n  \"a\",\n  \"b\",\n]"),
            (title, r"files=a\,b.rs, c", "files = [\n  \"a,b.rs\",\n  \"c\",\n]"),
            (title, "description=Why", "description = \"\"\"\nWhy\n\"\"\""),
            (title, "fields.cost centre=12", "[fields]\n\"cost centre\" = \"12\""),
            (title, "status=blocked", "status = \"blocked\""),
        ] {
            let now = set(found, argument).unwrap();
            assert!(now.contains(line), "{argument}: {now}");
            assert_eq!(set(&now, argument).unwrap(), now, "{argument} twice");
        }
        for (line, argument) in [
            ("priority = \"low\"", "priority="),
            ("optional = true", "optional=false"),
            ("tags = [\"a\", \"b\"]", "tags-=b,a,c"),
            ("depends = [\"99\"]", "depends-=#99"),
            ("tags = [\"#ui\"]", "tags-=#ui"),
            ("[fields]\nx = \"y\"", "fields.x="),
        ] {
            let found = format!("title = \"t\"\n{line}\n");
            assert_eq!(set(&found, argument).unwrap(), title, "{argument}");
        }
    }

    #[test]
    fn a_milestone_without_a_file_is_refused() {
        let names = Names::new([".tasks/milestones/beta.toml", ".tasks/beat/1.toml"].into_iter());
        let help = |argument: &str| Assignment::parse(argument, &names).map_err(|error| error.help());
        assert_eq!(help("milestones+=beta,beat"), Err(Some("did you mean beta?".to_owned())));
        let path = "it would be .tasks/milestones/zzz.toml, with a title and a date";
        assert_eq!(help("milestones=zzz"), Err(Some(path.to_owned())));
        assert!(
            help("milestones-=zzz").is_ok() && help("tags+=zzz").is_ok() && help("milestones=beta").is_ok()
        );
    }

    #[test]
    fn what_would_be_undone_at_once_is_refused() {
        let names = Names::new([].into_iter());
        for (arguments, twice) in [
            (&["priority=high", "priority=low"][..], true),
            (&["tags+=a", "due=2026-12-01", "tags="], true),
            (&["fields.x=1", "fields.x="], true),
            (&["tags=a", "tags+=b", "tags-=c"], false),
            (&["fields.title=1", "title=2"], false),
        ] {
            let refused = Assignment::parse_all(arguments, &names).is_err();
            assert_eq!(refused, twice, "{arguments:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_help() {
        for (argument, message, help) in [
            (
                "prio=high",
                "a task has no key \"prio\" to set",
                "free text goes into fields: fields.NAME=TEXT",
            ),
            ("tag=x", "a task has no key \"tag\" to set", "did you mean tags?"),
            (
                "title+=x",
                "title is no list, so nothing can be added to it or taken out",
                "set it with title=VALUE",
            ),
            ("title=", "a task cannot be without a title", ""),
            ("tags+=,", "tags+=, names nothing", ""),
            ("due=2026-13-01", "due cannot be \"2026-13-01\": expected a day as YYYY-MM-DD", ""),
            ("optional=maybe", "optional cannot be \"maybe\": expected true or false", ""),
            ("depends=412", "412 cannot depend on itself", ""),
            ("depends+=40", "there is no task 40", "tasks list --all --archived shows every id"),
            ("fields=x", "fields is not set by hand", "name one of them: fields.NAME=TEXT"),
            ("reopened=1", "reopened is not set by hand", "tasks reopen ID sets it"),
            (
                "status=complete",
                "status cannot be \"complete\": expected completed, cancelled or blocked",
                "did you mean completed?",
            ),
            (
                "priority=hgih",
                "priority cannot be \"hgih\": expected critical, high, medium, low",
                "did you mean high?",
            ),
        ] {
            let error = set("title = \"t\"\n", argument).unwrap_err();
            assert_eq!(error.to_string(), message, "{argument}");
            assert_eq!(error.help().unwrap_or_default(), help, "{argument}");
        }
        let lost = set("title = \"t\"\ntags = \"a\"\n", "tags+=b").unwrap_err();
        assert_eq!(lost.to_string(), ".tasks/412.toml: tags is not a list, and would be lost");
        assert_eq!(lost.help().unwrap(), "correct the file, or replace all of it with tags=…");
    }
}
