//! How Git is told to use the merge driver.

/// The name that the attribute and the configuration share.
pub const DRIVER: &str = "tasks";

/// What Git shows of the driver.
pub const DESCRIPTION: &str = "plan files by key, list element and step";

/// The command for `merge.tasks.driver`: the program at `exe`, or else the one on the path, or else, where there is
/// neither, Git's own merge. Anything but a result or a conflict is a failure, so that Git stops.
pub fn driver_command(exe: Option<&str>) -> String {
    let own = exe.map_or_else(String::new, |exe| {
        // Git replaces what follows a percent sign.
        let quoted = exe.replace('\'', r"'\''").replace('%', "%%");
        format!("t='{quoted}'; command -v \"$t\" >/dev/null 2>&1 || ")
    });
    format!(
        "{own}t=tasks; if command -v \"$t\" >/dev/null 2>&1; then \"$t\" merge-driver %O %A %B %L %P %S %X %Y; s=$?; \
         test $s -le 1 || s=129; exit $s; else git merge-file -L ours -L base -L theirs --marker-size=%L %A %O %B; fi"
    )
}

/// `.tasks/.gitattributes` with the line that names the driver; `None` if it has it.
pub fn with_attribute(attributes: &str) -> Option<String> {
    let line = format!("*.toml merge={DRIVER}");
    let is_there = |found: &str| {
        let mut words = found.split_whitespace();
        words.next() == Some("*.toml") && words.any(|word| word.strip_prefix("merge=") == Some(DRIVER))
    };
    if attributes.lines().any(is_there) {
        return None;
    }
    let end = if attributes.is_empty() || attributes.ends_with('\n') { "" } else { "\n" };
    Some(format!("{attributes}{end}{line}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attribute_is_written_once() {
        assert_eq!(with_attribute("").as_deref(), Some("*.toml merge=tasks\n"));
        assert_eq!(with_attribute("*.md text").as_deref(), Some("*.md text\n*.toml merge=tasks\n"));
        assert_eq!(with_attribute("*.toml text merge=tasks\n"), None);
    }

    #[test]
    fn paths_are_quoted_for_the_shell_and_for_git() {
        let command = driver_command(Some("/it's/100%/tasks"));
        assert!(command.starts_with(r"t='/it'\''s/100%%/tasks'; command -v"), "{command}");
        assert!(driver_command(None).starts_with("t=tasks; if"));
    }
}
