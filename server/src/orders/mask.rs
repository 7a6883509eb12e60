//! What is hidden from somebody who knows an order's number and contact but has not proved who she is.

/// Keeps the first letter of each word, of a Chinese name only its first character: `Emma Wilson` → `E*** W*****`,
/// `王小明` → `王**`. At least one character is always hidden.
pub fn name(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    let mut word_begins = true;
    for c in name.trim().chars() {
        let keep = c.is_whitespace() || (word_begins && (c.is_ascii() || shown.is_empty()));
        shown.push(if keep { c } else { '*' });
        word_begins = c.is_whitespace();
    }
    if shown.contains('*') { shown } else { "*".repeat(shown.chars().count()) }
}

/// `emma.wilson@example.com` → `e***@example.com`
pub fn email(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{domain}")
}

/// The last two digits: `+8613800138000` → `***********00`.
pub fn phone(phone: &str) -> String {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let shown: String = phone.chars().filter(char::is_ascii_digit).skip(digits.saturating_sub(2)).collect();
    format!("{}{shown}", "*".repeat(digits.saturating_sub(2)))
}

/// Words after which carriers write what opens a locker.
const CODE_WORDS: [&str; 9] =
    ["取件码", "取货码", "提货码", "验证码", "pickup code", "pick-up code", "collection code", "pin", "code"];

/// A carrier's own words without the couriers' and shoppers' telephone numbers, the shopper's name, and the codes with
/// which anybody could collect the parcel.
pub fn free_text(text: &str, recipient: Option<&str>) -> String {
    let mut text = text.to_owned();
    if let Some(recipient) = recipient.map(str::trim).filter(|r| r.chars().count() > 1) {
        text = text.replace(recipient, &name(recipient));
    }
    let characters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        if !characters[at].is_ascii_digit() {
            shown.push(characters[at]);
            at += 1;
            continue;
        }
        let end = run_end(&characters, at);
        let run = &characters[at..end];
        let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
        let code = announced(&shown);
        if code {
            shown.extend(run.iter().map(|c| if c.is_ascii_digit() { '*' } else { *c }));
        } else if is_phone(run, digits) {
            // At least six digits of a telephone number are hidden.
            let keep = digits.saturating_sub(6).min(4);
            let mut seen = 0;
            shown.extend(run.iter().map(|c| {
                if !c.is_ascii_digit() {
                    return *c;
                }
                seen += 1;
                if seen <= keep { *c } else { '*' }
            }));
        } else {
            shown.extend(run);
        }
        at = end;
    }
    shown
}

/// The code with which a parcel is collected, if the carrier's words have one.
pub fn pickup_code(text: &str) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        if !characters[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = run_end(&characters, at);
        if announced(&characters[..at].iter().collect::<String>()) {
            return Some(characters[at..end].iter().collect());
        }
        at = end;
    }
    None
}

/// Does one of the words for a code stand right before?
fn announced(before: &str) -> bool {
    let tail: String = before.chars().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
    CODE_WORDS.iter().any(|word| follows(&tail, word))
}

/// Digits with single separators between them.
fn run_end(characters: &[char], start: usize) -> usize {
    let mut end = start;
    while end < characters.len() {
        let joined = matches!(characters[end], '-' | ' ' | ')' | '(')
            && characters.get(end + 1).is_some_and(char::is_ascii_digit);
        if characters[end].is_ascii_digit() || joined { end += 1 } else { break }
    }
    end
}

/// Parcel numbers are longer, dates and times shorter or punctuated otherwise.
fn is_phone(run: &[char], digits: usize) -> bool {
    // A date, perhaps with the hour behind it.
    let date = run.len() >= 10 && run[4] == '-' && run[7] == '-' && matches!(run[..2], ['1', '9'] | ['2', '0']);
    (7..=13).contains(&digits) && !date
}

/// Does the text end with this word and nothing but punctuation after it?
fn follows(before: &str, word: &str) -> bool {
    let tail = before.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let tail = tail
        .strip_suffix(" is")
        .or_else(|| tail.strip_suffix('是'))
        .or_else(|| tail.strip_suffix('为'))
        .unwrap_or(&tail);
    tail.strip_suffix(word).is_some_and(|rest| !word.is_ascii() || !rest.ends_with(|c: char| c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_first_characters() {
        assert_eq!(name("Emma Wilson"), "E*** W*****");
        assert_eq!(name("王小明"), "王**");
        assert_eq!(name("李 娜"), "李 *");
        assert_eq!(name("王"), "*");
        assert_eq!(name("J K"), "***");
        assert_eq!(name(" 王芳 "), "王*");
        assert_eq!(name(""), "");
    }

    #[test]
    fn addresses_and_numbers_keep_what_their_owner_knows_them_by() {
        assert_eq!(email("emma.wilson@example.com"), "e***@example.com");
        assert_eq!(email("李@example.cn"), "李***@example.cn");
        assert_eq!(phone("+8613800138000"), "***********00");
    }

    #[test]
    fn the_code_for_collecting_is_found_where_it_is_announced() {
        assert_eq!(pickup_code("您的包裹已到菜鸟驿站，取件码：12-3-4567").as_deref(), Some("12-3-4567"));
        assert_eq!(pickup_code("Call 13912345678. Your pickup code is 4821.").as_deref(), Some("4821"));
        assert_eq!(pickup_code("派件员：张师傅，电话：13912345678"), None);
        assert_eq!(pickup_code(""), None);
    }

    #[test]
    fn carriers_words_lose_what_is_personal() {
        for (said, shown) in [
            ("派件员：张师傅，电话：13912345678", "派件员：张师傅，电话：1391*******"),
            ("您的包裹已到菜鸟驿站，取件码：12-3-4567", "您的包裹已到菜鸟驿站，取件码：**-*-****"),
            ("凭取件码 856213 取件", "凭取件码 ****** 取件"),
            ("Your pickup code is 4821", "Your pickup code is ****"),
            ("Delivered, signed by Emma Wilson", "Delivered, signed by E*** W*****"),
            ("Call +44 7700 900123", "Call +44 77** ******"),
            ("2026-11-20 08:15 left the depot", "2026-11-20 08:15 left the depot"),
            ("Barcode 4902778913", "Barcode 4902******"),
            ("上海转运中心 3 号库", "上海转运中心 3 号库"),
            ("Postcode 200000", "Postcode 200000"),
        ] {
            assert_eq!(free_text(said, Some("Emma Wilson")), shown);
        }
    }
}
