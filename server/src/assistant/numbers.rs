//! Order numbers in what somebody says.

use aftercart_shared::validate::{OrderNumber, fold_width, is_invisible};

/// Whoever names more is not asking about one of them.
const NUMBERS_MAX: usize = 3;

/// Each once, in the order in which they stand there.
pub fn named(text: &str) -> Vec<OrderNumber> {
    let folded: String = text.chars().filter(|c| !is_invisible(*c)).map(fold_width).collect();
    // A number ends where a sentence or a Chinese word begins.
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '-' | '_' | '/' | '–' | '—');
    let words: Vec<&str> = folded.split(|c| !part(c)).filter(|word| !word.is_empty()).collect();
    let mut found: Vec<OrderNumber> = Vec::new();
    let mut keep = |text: &str| {
        if let Some(number) = OrderNumber::recognise(text).filter(|number| !found.contains(number)) {
            found.push(number);
        }
    };
    for (at, word) in words.iter().enumerate() {
        keep(word);
        // "A 1001" is one as well; "is 1001" is not.
        let prefix = word.len() == 1 || (word.len() == 2 && word.chars().all(|c| c.is_ascii_uppercase()));
        let digits = |next: &&&str| next.len() <= 12 && next.starts_with(|c: char| c.is_ascii_digit());
        if let Some(next) = words.get(at + 1).filter(digits).filter(|_| prefix) {
            keep(&format!("{word}{next}"));
        }
    }
    found.truncate(NUMBERS_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        named(text).iter().map(|number| number.as_str().to_owned()).collect()
    }

    #[test]
    fn numbers_are_found_wherever_they_stand() {
        for text in [
            "A-1001",
            "where is #A-1001?",
            "我的订单A-1001到哪了",
            "订单号：ａ－１００１，还没收到。",
            "order a1001 please",
        ] {
            assert_eq!(of(text), ["A1001"], "{text}");
        }
        assert!(of("it is A 1001").contains(&"A1001".to_owned()));
        assert_eq!(of("A-1001 and A-1001, and A-1002."), ["A1001", "A1002"]);
        assert_eq!(of("1001 1002 1003 1004 1005").len(), 3);
    }

    #[test]
    fn a_sentence_is_no_number() {
        for text in
            ["", "hello", "canary 17", "how long do refunds take", "退款要几天", "13800138000000000000001", "ok :-)"]
        {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }
}
