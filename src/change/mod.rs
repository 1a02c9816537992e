//! From an intent to the new bytes of files: pure, so that it can be shown before it is written.

mod allocate;
mod assignment;
mod claim;
mod cycle;
mod edit;
mod error;
mod names;
mod place;
mod renumber;
mod say;
mod standing;

pub use allocate::{AllocateError, next_ids};
pub use assignment::{Assignment, keys_by_hand, words_of};
pub use claim::{claim_counts, claim_is_over, claimed, may_claim};
pub use cycle::new_cycle;
pub use edit::{Edited, edit_task};
pub use error::ChangeError;
pub use names::{Names, groups_lost};
pub use place::{PlaceError, folder, folders, moved, renamed_dependency, unarchived};
pub use renumber::{Meant, Mention, meant, mentions, remember_id, rename_in, texts_naming};
pub use say::{add_paragraph, block, cancel, complete, is_blocked, reopen};
pub use standing::Standing;
