//! Which hooks are installed, and what a hook says.

use crate::view::{HookState, HooksView, Paint, Screen};

/// A line for each hook: its name, how it stands, where; below it what to do.
pub fn hooks(view: &HooksView, screen: &mut Screen) {
    let width = view.hooks.iter().map(|hook| hook.name.len()).max().unwrap_or_default();
    for hook in &view.hooks {
        let paint = match hook.state {
            HookState::Configured | HookState::Installed | HookState::Called => Paint::Good,
            HookState::Stale => Paint::Waiting,
            HookState::Absent | HookState::Removed => Paint::Dim,
        };
        screen.cell(Paint::Heading, hook.name, width).plain("  ");
        screen.put(paint, &word(hook.state, view.dry_run));
        if let Some(place) = &hook.place {
            let lead = if hook.state == HookState::Called { " by " } else { "  " };
            screen.plain(lead).put(Paint::Dim, place);
        }
        screen.line();
        if let Some(advice) = &hook.advice {
            screen.paragraph(Paint::Plain, advice, 2);
        }
        if let Some(add) = &hook.add {
            // What is to be copied is not broken.
            screen.plain("    ").plain(add).line();
        }
    }
}

fn word(state: HookState, dry_run: bool) -> String {
    match state {
        HookState::Configured | HookState::Installed if dry_run => "would install".to_owned(),
        HookState::Removed if dry_run => "would remove".to_owned(),
        _ => state.as_str().to_owned(),
    }
}
