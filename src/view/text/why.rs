//! Why a task has its status.

use super::parts::status_word;
use crate::message::Effect;
use crate::view::{EvidenceView, Paint, Screen, WhyView, width_of};

/// The row, the sentence, then what counts and what does not.
pub fn why(view: &WhyView, screen: &mut Screen) {
    let hang = width_of(&view.id) + 2;
    screen.put(Paint::Id, &view.id).pad_to(hang).paragraph(Paint::Heading, &view.title, hang);
    // The sentence of a completed task begins with the word itself.
    let word = status_word(view.status);
    match view.because.strip_prefix(word) {
        Some(rest) => screen.put(Paint::Heading, word).paragraph(Paint::Plain, rest, 2),
        None => screen.put(Paint::Heading, word).plain(":").paragraph(Paint::Plain, &view.because, 2),
    };
    match view.row {
        Some(row) => {
            screen.paragraph(Paint::Dim, &format!("row {row} of the status table: {}", view.rule), 2)
        }
        None => screen.paragraph(Paint::Dim, view.rule, 2),
    };
    let (counts, misses): (Vec<_>, Vec<_>) = view.evidence.iter().partition(|e| e.in_effect);
    section(screen, "Counts", &counts);
    section(screen, "Does not count", &misses);
}

fn section(screen: &mut Screen, heading: &str, evidence: &[&EvidenceView]) {
    if evidence.is_empty() {
        return;
    }
    screen.line();
    screen.put(Paint::Heading, heading).line();
    for item in evidence {
        let commit = item.commit.get(..8).unwrap_or(&item.commit);
        let day = item.time.get(..10).unwrap_or(&item.time);
        screen.plain("  ").put(Paint::Commit, commit).plain(" ");
        let author = 20.min(screen.width() / 3);
        screen.put(Paint::Dim, &format!("{day} ")).cut(Paint::Dim, &item.author, author);
        screen.piece(paint(item.effect), verb(item), 2, 4);
        screen.piece(Paint::Dim, &format!("by {}", item.rule), 1, 4).line();
        screen
            .plain("    ")
            .put(Paint::Dim, &format!("line {}: ", item.line_number))
            .rest(Paint::Plain, &item.line);
        screen.line();
        if let Some(because) = &item.ignored_because {
            screen.paragraph(Paint::Waiting, because, 4);
        }
    }
}

fn paint(effect: Effect) -> Paint {
    match effect {
        Effect::Completes => Paint::Good,
        Effect::Starts | Effect::CompletesSteps => Paint::Active,
        Effect::Links => Paint::Dim,
        Effect::Reopens => Paint::Waiting,
    }
}

/// What the form does, or would do.
fn verb(item: &EvidenceView) -> &'static str {
    match (item.effect, item.in_effect) {
        (Effect::Links, _) => "links",
        (Effect::Completes, true) => "completes",
        (Effect::Completes, false) => "would complete",
        (Effect::Starts, true) => "starts",
        (Effect::Starts, false) => "would start",
        (Effect::CompletesSteps, true) => "completes steps",
        (Effect::CompletesSteps, false) => "would complete steps",
        (Effect::Reopens, true) => "reopens",
        (Effect::Reopens, false) => "would reopen",
    }
}
