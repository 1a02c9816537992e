//! The parts of a task that few answers need.

use super::{Step, StepStatus};
use jiff::Timestamp;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// What a task file says besides that on which status and order depend.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// Free labels.
    pub tags: Vec<String>,
    /// Paths in the repository, with an optional `:line`.
    pub files: Vec<String>,
    /// Addresses of related pages.
    pub links: Vec<String>,
    /// When it was written down.
    pub created: Option<Timestamp>,
    /// Who or what a blocked task waits on.
    pub waiting_on: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Its checklist.
    pub steps: Vec<Step>,
    /// Free text by name, in the order of the file.
    pub fields: Vec<(String, String)>,
}

/// What can be told of details without reading them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// What the steps say of their states, in their order: a status needs that and not their texts.
    pub steps: Box<[Option<StepStatus>]>,
    /// Whether they name files.
    pub names_files: bool,
    /// Whether there is more than one tag, file or link, so that one may stand there twice.
    pub has_lists: bool,
}

/// Where details lie that nobody has asked for.
pub trait Shelf: Send + Sync {
    /// The details that lie at a place which the shelf itself has given.
    fn take(&self, place: u32) -> Details;

    /// The same as bytes, which are the same for the same details, whatever the shelf; `None` if they cannot be read.
    fn bytes(&self, place: u32) -> Option<Cow<'_, [u8]>>;
}

/// Details that are read when somebody first asks for them: of ten thousand tasks most answers need those of a few.
#[derive(Clone, Default)]
pub struct LateDetails {
    read: OnceLock<Box<Details>>,
    shelved: Option<Shelved>,
}

#[derive(Clone)]
struct Shelved {
    shelf: Arc<dyn Shelf>,
    place: u32,
    outline: Outline,
}

impl Details {
    /// Whether they name files.
    fn names_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Whether there is more than one tag, file or link.
    fn has_lists(&self) -> bool {
        [&self.tags, &self.files, &self.links].iter().any(|list| list.len() > 1)
    }
}

impl LateDetails {
    /// Details on a shelf, and what can be told of them.
    pub fn shelved(shelf: Arc<dyn Shelf>, place: u32, outline: Outline) -> Self {
        Self { read: OnceLock::new(), shelved: Some(Shelved { shelf, place, outline }) }
    }

    /// What can be told of them without reading them.
    pub fn outline(&self) -> Outline {
        Outline {
            steps: self.stated_steps().collect(),
            names_files: self.names_files(),
            has_lists: self.has_lists(),
        }
    }

    /// Whether they name files.
    pub fn names_files(&self) -> bool {
        self.told(Details::names_files, |outline| outline.names_files)
    }

    /// Whether there is more than one tag, file or link, so that one may stand there twice.
    pub fn has_lists(&self) -> bool {
        self.told(Details::has_lists, |outline| outline.has_lists)
    }

    fn told(&self, read: fn(&Details) -> bool, shelved: fn(&Outline) -> bool) -> bool {
        match (self.read.get(), &self.shelved) {
            (Some(details), _) => read(details),
            (None, Some(kept)) => shelved(&kept.outline),
            (None, None) => false,
        }
    }

    /// The details.
    pub fn get(&self) -> &Details {
        self.read.get_or_init(|| Box::new(self.to_details()))
    }

    /// The details, for somebody who takes their texts away. What has not been read yet is not kept.
    pub fn to_details(&self) -> Details {
        match (self.read.get(), &self.shelved) {
            (Some(read), _) => Details::clone(read),
            (None, Some(shelved)) => shelved.shelf.take(shelved.place),
            (None, None) => Details::default(),
        }
    }

    /// The details, to be changed.
    #[expect(clippy::missing_panics_doc, reason = "there is something to get once it has been got")]
    pub fn get_mut(&mut self) -> &mut Details {
        self.get();
        self.shelved = None;
        self.read.get_mut().expect("they have been read")
    }

    /// The details, given away.
    pub fn into_inner(mut self) -> Details {
        std::mem::take(self.get_mut())
    }

    /// What the steps say of their states, in their order.
    pub fn stated_steps(&self) -> impl Iterator<Item = Option<StepStatus>> + '_ {
        let (read, shelved): (&[Step], &[Option<StepStatus>]) = match (self.read.get(), &self.shelved) {
            (Some(details), _) => (&details.steps, &[]),
            (None, Some(shelved)) => (&[], &shelved.outline.steps),
            (None, None) => (&[], &[]),
        };
        read.iter().map(|step| step.status).chain(shelved.iter().copied())
    }
}

impl From<Details> for LateDetails {
    fn from(details: Details) -> Self {
        Self { read: OnceLock::from(Box::new(details)), shelved: None }
    }
}

impl LateDetails {
    /// The bytes of details that nobody has asked for.
    fn unread(&self) -> Option<Cow<'_, [u8]>> {
        let shelved = self.shelved.as_ref().filter(|_| self.read.get().is_none())?;
        shelved.shelf.bytes(shelved.place)
    }
}

impl PartialEq for LateDetails {
    fn eq(&self, other: &Self) -> bool {
        // Versions of a plan have most in common, and looking at bytes takes less time than taking them apart.
        let is_same = self.unread().is_some_and(|own| other.unread().is_some_and(|other| own == other));
        is_same || self.get() == other.get()
    }
}

impl fmt::Debug for LateDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Shelf for Counted {
        fn take(&self, place: u32) -> Details {
            self.0.fetch_add(1, Ordering::Relaxed);
            let step =
                Step { text: place.to_string(), status: Some(StepStatus::Completed), notes: Vec::new() };
            Details { steps: vec![step], ..Details::default() }
        }

        fn bytes(&self, place: u32) -> Option<Cow<'_, [u8]>> {
            Some(place.to_le_bytes().to_vec().into())
        }
    }

    #[test]
    fn details_are_compared_without_taking_them_where_they_are_the_same() {
        let shelf = || Arc::new(Counted::default());
        let late = |shelf: &Arc<Counted>, place| {
            LateDetails::shelved(Arc::clone(shelf) as Arc<dyn Shelf>, place, Outline::default())
        };
        let (one, other) = (shelf(), shelf());
        assert_eq!(late(&one, 7), late(&other, 7));
        assert_eq!((one.0.load(Ordering::Relaxed), other.0.load(Ordering::Relaxed)), (0, 0));
        assert_ne!(late(&one, 7), late(&other, 8));
        let read = late(&one, 7);
        read.get();
        assert_eq!(read, late(&other, 7));
        assert_ne!(read, late(&other, 8));
    }

    #[test]
    fn details_are_taken_once_and_only_when_they_are_asked_for() {
        let shelf = Arc::new(Counted::default());
        let mut late = LateDetails::shelved(
            shelf.clone(),
            7,
            Outline { steps: Box::new([Some(StepStatus::Completed)]), names_files: true, has_lists: true },
        );
        assert_eq!(late.stated_steps().collect::<Vec<_>>(), [Some(StepStatus::Completed)]);
        assert!(late.names_files() && late.has_lists());
        assert_eq!(shelf.0.load(Ordering::Relaxed), 0);
        assert_eq!(late.get().steps[0].text, "7");
        assert!(!late.names_files() && !late.has_lists());
        late.get_mut().steps[0].status = None;
        assert_eq!(late.stated_steps().collect::<Vec<_>>(), [None]);
        assert_eq!(shelf.0.load(Ordering::Relaxed), 1);
    }
}
