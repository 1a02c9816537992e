//! The time zone of whoever runs the command.

use jiff::tz::TimeZone;
use std::env;
use std::fs;

/// Where systems other than Windows keep the rules of their zone.
const RULES: &str = "/etc/localtime";

/// The zone that `TZ` names, else that of the system. It is read from its one file where there is one: to find it by its name
/// means to look through the names of all zones, which takes longer than some commands.
pub fn local_zone() -> TimeZone {
    let is_named = env::var_os("TZ").is_some();
    let rules = if is_named || cfg!(windows) { None } else { fs::read(RULES).ok() };
    rules.and_then(|rules| TimeZone::tzif("Local", &rules).ok()).unwrap_or_else(TimeZone::system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn the_zone_is_that_of_the_system() {
        for second in [0, 1_700_000_000, 1_720_000_000, 4_000_000_000] {
            let time = Timestamp::from_second(second).unwrap();
            assert_eq!(local_zone().to_offset(time), TimeZone::system().to_offset(time));
        }
    }
}
