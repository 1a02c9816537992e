//! Putting hooks in their place, taking them away, and telling what is there.

use super::Hook;
use super::made;
use super::place::{Place, Reach};
use super::program::git;
use super::script::{Remains, block, block_of, command, with_block, without_block};
use crate::error::CliError;
use crate::files;
use crate::view::{HookRow, HookState};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The hooks of one repository.
pub struct Hooks {
    place: Place,
    /// The program that hooks are to call, as a shell writes its path.
    exe: Option<String>,
}

/// What is in the file of a hook.
enum Found {
    Nothing,
    Script(String),
    /// A file that is no text, a link that leads nowhere: nothing to write into.
    Other,
}

impl Hooks {
    /// Those of the repository whose work tree, or bare directory, is `root`; they are to call `exe`.
    pub fn of(root: &Path, exe: Option<PathBuf>) -> Result<Self, CliError> {
        let place = Place::find(root)?;
        let written = |exe: PathBuf| {
            let exe = exe.to_str()?.to_owned();
            // The shell that comes with Git for Windows reads paths with slashes.
            Some(if cfg!(windows) { exe.replace('\\', "/") } else { exe })
        };
        Ok(Self { place, exe: exe.and_then(written) })
    }

    /// Sets up those that a repository usually has, and renews those that it has of ours besides. One judge of what is
    /// pushed is enough: where there is one, no other is added.
    pub fn install_usual(&self, is_bare: bool, dry_run: bool) -> Result<Vec<HookRow>, CliError> {
        let all: Result<Vec<(Hook, HookRow)>, CliError> =
            Hook::ALL.iter().map(|&hook| Ok((hook, self.status(hook)?))).collect();
        let all = all?;
        let is_judged = all.iter().any(|(hook, row)| hook.judges() && row.state != HookState::Absent);
        let mut rows = Vec::new();
        for (hook, row) in all {
            let is_usual = Hook::usual(is_bare).contains(&hook);
            match row.state {
                HookState::Configured | HookState::Installed | HookState::Stale => {
                    rows.push(self.install(hook, dry_run)?);
                }
                HookState::Called if hook.judges() => rows.push(row),
                HookState::Absent if hook.judges() && is_judged => {}
                _ if is_usual => rows.push(self.install(hook, dry_run)?),
                _ => {}
            }
        }
        Ok(rows)
    }

    /// Sets a hook up; says how it stands then, or would stand.
    pub fn install(&self, hook: Hook, dry_run: bool) -> Result<HookRow, CliError> {
        let path = self.place.file(hook);
        if self.place.is_configurable {
            if !dry_run {
                self.take_block_out(hook, false)?;
                self.configure(hook)?;
            }
            return Ok(row(hook, HookState::Configured, Some(key(hook))));
        }
        let found = found(&path)?;
        let script = match &found {
            Found::Script(script) => Some(script.as_str()),
            Found::Nothing | Found::Other => None,
        };
        let is_ours = script.is_some_and(|script| block_of(script).is_some());
        if let Some(manager) = self.place.manager(script).filter(|_| !is_ours) {
            let (file, add) = manager.advice(hook);
            let advice = format!("{} looks after the hooks here; add to {file}:", manager.name());
            let lacks = || HookRow { add: Some(add), ..refused(hook, &path, advice) };
            return Ok(self.called(hook).unwrap_or_else(lacks));
        }
        if matches!(found, Found::Script(_) | Found::Other) && !is_executable(&path) {
            let advice =
                "the hook that is there is not executable, so Git does not run it; remove it or make it so";
            return Ok(refused(hook, &path, advice.to_owned()));
        }
        let block = self.block(hook);
        let written = match found {
            Found::Other => None,
            _ => with_block(script, &block),
        };
        let Some(written) = written else {
            let advice = "the hook that is there is no shell script, so nothing was added; call from it:";
            let add = format!("tasks hook run {} ARGUMENTS", hook.name());
            let lacks = || HookRow { add: Some(add), ..refused(hook, &path, advice.to_owned()) };
            return Ok(self.called(hook).unwrap_or_else(lacks));
        };
        if !dry_run {
            made::make(&self.place.root, &self.place.dir)?;
            write(&path, &written)?;
        }
        let advice = match self.place.reach_of(hook) {
            Reach::Clone => None,
            Reach::Project => Some("the file is the project's: commit it for all, or take it out again"),
            Reach::Others => {
                Some("other repositories use these hooks as well; without a plan they are silent")
            }
        };
        let advice = advice.map(str::to_owned);
        Ok(HookRow { advice, ..row(hook, HookState::Installed, Some(shown(&path))) })
    }

    /// What is put into the file. In one that others share no path of this machine has a place.
    fn block(&self, hook: Hook) -> String {
        block(hook, self.exe.as_deref().filter(|_| self.place.reach_of(hook) != Reach::Project))
    }

    /// Takes a hook away; says how it stands then, or would stand, and nothing where nothing was ours.
    pub fn uninstall(&self, hook: Hook, dry_run: bool) -> Result<Option<HookRow>, CliError> {
        let was_configured = self.configured(hook)?.is_some();
        if was_configured && !dry_run {
            git(&self.place.root, &["config", "--local", "--remove-section", &section(hook)])?;
        }
        let had_block = self.take_block_out(hook, dry_run)?;
        let at = if had_block { shown(&self.place.file(hook)) } else { key(hook) };
        Ok((was_configured || had_block).then(|| row(hook, HookState::Removed, Some(at))))
    }

    /// How a hook stands.
    pub fn status(&self, hook: Hook) -> Result<HookRow, CliError> {
        if let Some(configured) = self.configured(hook)? {
            let at = Some(key(hook));
            if !self.place.is_configurable {
                let advice =
                    "this Git is older than 2.54 and does not read it; tasks hook install writes the file";
                return Ok(HookRow { advice: Some(advice.to_owned()), ..row(hook, HookState::Stale, at) });
            }
            let is_current = configured.trim_end() == command(hook, self.exe.as_deref());
            return Ok(if is_current { row(hook, HookState::Configured, at) } else { stale(hook, at) });
        }
        let path = self.place.file(hook);
        if let Found::Script(script) = found(&path)?
            && let Some(own) = block_of(&script)
        {
            let at = Some(shown(&path));
            if !is_executable(&path) {
                let advice =
                    "the file is not executable, so Git does not run it; tasks hook install makes it so";
                return Ok(HookRow { advice: Some(advice.to_owned()), ..row(hook, HookState::Stale, at) });
            }
            let is_current = own == self.block(hook).trim_end();
            return Ok(if is_current { row(hook, HookState::Installed, at) } else { stale(hook, at) });
        }
        Ok(self.called(hook).unwrap_or_else(|| row(hook, HookState::Absent, None)))
    }

    /// The row of a hook that somebody else's file calls.
    fn called(&self, hook: Hook) -> Option<HookRow> {
        let call = format!("hook run {}", hook.name());
        let is_call = |text: &str| {
            let mut ends = text.match_indices(&call).map(|(at, _)| &text[at + call.len()..]);
            ends.any(|end| !end.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
        };
        let calls = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| is_call(&text));
        let caller = self.place.callers(hook).into_iter().find(calls)?;
        Some(row(hook, HookState::Called, Some(shown(&caller))))
    }

    /// The command that Git's configuration has for a hook.
    fn configured(&self, hook: Hook) -> Result<Option<String>, CliError> {
        let key = format!("{}.command", section(hook));
        let args = ["config", "--local", "--default", "", "--get", &key];
        Ok(Some(git(&self.place.root, &args)?).filter(|command| !command.trim().is_empty()))
    }

    fn configure(&self, hook: Hook) -> Result<(), CliError> {
        let command = command(hook, self.exe.as_deref());
        for (name, value) in [("command", command.as_str()), ("event", hook.name())] {
            let key = format!("{}.{name}", section(hook));
            git(&self.place.root, &["config", "--local", "--replace-all", &key, value])?;
        }
        Ok(())
    }

    /// Restores the file of a hook; says whether there was something to take out.
    fn take_block_out(&self, hook: Hook, dry_run: bool) -> Result<bool, CliError> {
        let path = self.place.file(hook);
        let Found::Script(script) = found(&path)? else { return Ok(false) };
        let Some(remains) = without_block(&script) else { return Ok(false) };
        if !dry_run {
            match remains {
                Remains::Nothing => fs::remove_file(&path)
                    .map_err(|e| CliError::failed(format!("cannot remove {}: {e}", path.display())))?,
                Remains::Script(script) => files::replace(&path, script.as_bytes())?,
            }
            if !self.has_blocks()? {
                made::unmake(&self.place.root, &self.place.dir)?;
            }
        }
        Ok(true)
    }

    /// Whether the file of any hook has lines of ours.
    fn has_blocks(&self) -> Result<bool, CliError> {
        for hook in Hook::ALL {
            if let Found::Script(script) = found(&self.place.file(hook))?
                && block_of(&script).is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The subsection must not have the name of an event.
fn section(hook: Hook) -> String {
    format!("hook.tasks-{}", hook.name())
}

fn key(hook: Hook) -> String {
    format!("{} in Git's configuration", section(hook))
}

fn row(hook: Hook, state: HookState, place: Option<String>) -> HookRow {
    HookRow { name: hook.name(), state, place, advice: None, add: None }
}

fn refused(hook: Hook, path: &Path, advice: String) -> HookRow {
    HookRow { advice: Some(advice), ..row(hook, HookState::Absent, Some(shown(path))) }
}

fn stale(hook: Hook, place: Option<String>) -> HookRow {
    let advice =
        "it is another version's, or calls a program elsewhere; tasks hook install renews it".to_owned();
    HookRow { advice: Some(advice), ..row(hook, HookState::Stale, place) }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn found(path: &Path) -> Result<Found, CliError> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8(bytes).map_or(Found::Other, Found::Script)),
        Err(e) if e.kind() == ErrorKind::NotFound && path.symlink_metadata().is_err() => Ok(Found::Nothing),
        Err(e) if e.kind() == ErrorKind::NotFound || path.is_dir() => Ok(Found::Other),
        Err(e) => Err(CliError::failed(format!("cannot read the hook {}: {e}", path.display()))),
    }
}

/// Writes a hook whole; one that is made becomes executable, one that is there keeps its permissions.
fn write(path: &Path, script: &str) -> Result<(), CliError> {
    let is_new = !path.exists();
    files::replace(path, script.as_bytes())?;
    if is_new {
        make_executable(path)
            .map_err(|e| CliError::failed(format!("cannot make {} executable: {e}", path.display())))?;
    }
    Ok(())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.exists()
}

/// For whoever may read it.
#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = path.metadata()?.permissions();
    let mode = permissions.mode();
    permissions.set_mode(mode | ((mode & 0o444) >> 2));
    fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
