//! Repository text in HTML: nothing in it can run, and nothing in it can pretend to be something else.

use crate::view::is_harmful;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// How many characters of a description a page shows.
const LONGEST: usize = 4000;

/// Writes a text so that it is a text wherever HTML has one, in quoted attributes as well. What controls, reorders or hides
/// text is shown escaped, as in a terminal.
pub fn escape(text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let text = visible(text);
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.write_all(&text.as_bytes()[written..at])?;
        out.write_all(entity.as_bytes())?;
        written = at + 1;
    }
    out.write_all(&text.as_bytes()[written..])
}

/// Markdown as HTML without anything that a page must not have from others: no elements of its own, no images, no
/// headings, and only links that [`href`] lets through. A long text is cut.
pub fn markdown(text: &str) -> String {
    let text = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}\u{2026}", &text[..end])),
        None => Cow::Borrowed(text),
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut links = Vec::new();
    let events = Parser::new_ext(&text, options).flat_map(|event| harmless(event, &mut links));
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// The address, where it is one that may be followed from a page.
pub fn href(link: &str) -> Option<&str> {
    let link = link.trim();
    let scheme = link.split_once(':')?.0.to_ascii_lowercase();
    let known = matches!(scheme.as_str(), "http" | "https" | "mailto");
    (known && !link.chars().any(|c| is_harmful(c) || c.is_whitespace())).then_some(link)
}

/// A source of a content security policy that lets this text through, as a style or a script.
pub fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

/// The text with everything escaped that controls, reorders or hides text; line ends and tabs stay.
fn visible(text: &str) -> Cow<'_, str> {
    let hides = |c: char| is_harmful(c) && !matches!(c, '\n' | '\t');
    if !text.chars().any(hides) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars().filter(|c| *c != '\r') {
        if hides(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown.into()
}

/// What takes the place of an event; `links` says of each link that is open whether it was let through.
fn harmless<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Vec<Event<'a>> {
    let shown = |text: CowStr<'a>| match visible(&text) {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(shown) => shown.into(),
    };
    match event {
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(shown(text))],
        Event::Code(text) => vec![Event::Code(shown(text))],
        Event::TaskListMarker(done) => vec![Event::Text(if done { "\u{2611} " } else { "\u{2610} " }.into())],
        Event::Start(Tag::Heading { .. }) => vec![Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)],
        Event::End(TagEnd::Heading(_)) => vec![Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)],
        // An alignment would be a style of its own, which the policy of the page forbids.
        Event::Start(Tag::Table(columns)) => {
            vec![Event::Start(Tag::Table(vec![pulldown_cmark::Alignment::None; columns.len()]))]
        }
        Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
            let kept = link_type == LinkType::Email || href(&dest_url).is_some();
            links.push(kept);
            let tag = Tag::Link { link_type, dest_url, title: "".into(), id };
            kept.then_some(Event::Start(tag)).into_iter().collect()
        }
        Event::End(TagEnd::Link) => {
            links.pop().unwrap_or(true).then_some(Event::End(TagEnd::Link)).into_iter().collect()
        }
        // What stands for an image is shown instead of it; blocks of HTML are text in a paragraph.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => Vec::new(),
        Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
        other => vec![other],
    }
}

/// Base64 with padding, RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits =
            (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let shown = digit <= chunk.len();
            text.push(if shown { char::from(DIGITS[bits >> (18 - 6 * digit) & 63]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_text_stays_a_text() {
        assert_eq!(escaped("a \u{e4} b"), "a \u{e4} b");
        assert_eq!(escaped("\"><img onerror='x'>&"), "&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;");
        assert_eq!(escaped("a\u{202e}b\u{7}\r\nc"), "a\\u{202e}b\\u{7}\nc");
    }

    #[test]
    fn only_addresses_of_pages_and_mail_are_followed() {
        for link in ["https://example.com/?a=1&b=2", "HTTP://example.com", " mailto:ann@example.com "] {
            assert_eq!(href(link), Some(link.trim()), "{link:?}");
        }
        for link in [
            "javascript:alert(1)",
            "JavaScript://example.com/%0aalert(1)",
            "java\tscript:alert(1)",
            "data:text/html,<script>",
            "//example.com",
            "docs/a.md",
            "file:///etc/passwd",
            "https://example.com/\u{202e}x",
            "https://example.com/a b",
            "",
        ] {
            assert_eq!(href(link), None, "{link:?}");
        }
    }

    #[test]
    fn markdown_brings_nothing_that_runs() {
        for (text, html) in [
            ("# Big\n\n*a* `b`", "<p><strong>Big</strong></p>\n<p><em>a</em> <code>b</code></p>\n"),
            ("a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n"),
            ("<script>\nx\n</script>", "<p>&lt;script&gt;\nx\n&lt;/script&gt;</p>\n"),
            (
                "[a](javascript:alert(1)) [b](https://example.com \"t\")",
                "<p>a <a href=\"https://example.com\">b</a></p>\n",
            ),
            ("![alt](https://example.com/x.png)", "<p>alt</p>\n"),
            ("<ann@example.com>", "<p><a href=\"mailto:ann@example.com\">ann@example.com</a></p>\n"),
            ("- [x] a", "<ul>\n<li>\u{2611} a</li>\n</ul>\n"),
            ("a\u{202e}b `\u{202e}`", "<p>a\\u{202e}b <code>\\u{202e}</code></p>\n"),
            (
                "```\"><script>\n</code><script>\n```",
                "<pre><code class=\"language-&quot;&gt;&lt;script&gt;\">&lt;/code&gt;&lt;script&gt;\n</code></pre>\n",
            ),
        ] {
            assert_eq!(markdown(text), html, "{text:?}");
        }
        let table = markdown("| a |\n|--:|\n| b |");
        assert!(table.contains("<td>b</td>"), "{table}");
    }

    #[test]
    fn a_long_description_is_cut() {
        assert!(markdown(&"\u{e4} ".repeat(LONGEST)).chars().count() < LONGEST + 20);
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-2: the hash of the empty text; RFC 4648: its test vectors.
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
        for (text, coded) in [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }
}
