//! How often forecasts held in the histories of public repositories: `benches/calibrate.sh` feeds it.
//!
//! Each argument is a file with one time a line, in seconds since the epoch: when something was completed. The file's
//! name is that of the repository. Prints a Markdown table.
#![expect(clippy::print_stdout, reason = "a table is all that it makes")]

use std::path::Path;
use tasks::forecast::{Held, Kept, Weekly, backtest};

fn main() {
    println!("| history | weeks | promises | P50 | P85 | P95 | P50 rescaled | P85 rescaled | P95 rescaled |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut all = (Kept::default(), Kept::default());
    for file in std::env::args().skip(1).filter(|arg| !arg.starts_with("--")) {
        let Ok(text) = std::fs::read_to_string(&file) else {
            println!("cannot read {file}");
            continue;
        };
        let times: Vec<(i64, f64)> = text.lines().filter_map(|l| l.parse().ok()).map(|t| (t, 1.0)).collect();
        let until = times.iter().map(|(time, _)| *time).max().unwrap_or(0);
        let weekly = Weekly::of(&times, until);
        let result = backtest(&weekly.sizes, 0);
        let name = Path::new(&file).file_stem().unwrap_or_default().to_string_lossy().replace('+', "/");
        row(&name, &weekly.len().to_string(), &result.plain_alike, &result.rescaled);
        for (sum, held) in [(&mut all.0, result.plain_alike), (&mut all.1, result.rescaled)] {
            for (sum, held) in sum.0.iter_mut().zip(held.0) {
                sum.promises += held.promises;
                sum.kept += held.kept;
            }
        }
    }
    row("all", "", &all.0, &all.1);
}

fn row(name: &str, weeks: &str, plain: &Kept, rescaled: &Kept) {
    let shares = plain.0.iter().chain(&rescaled.0).map(Held::share);
    let shares: Vec<String> =
        shares.map(|s| s.map_or("–".to_owned(), |s| format!("{:.1} %", s * 100.0))).collect();
    println!("| {name} | {weeks} | {} | {} |", plain.0[1].promises, shares.join(" | "));
}
