//! Whoever plainly asks for a person gets one.

/// Whole words; one of them says it.
const ENGLISH: &[&str] = &[
    "agent",
    "agents",
    "human",
    "humans",
    "a person",
    "real person",
    "live person",
    "robot",
    "bot",
    "anyone there",
    "anybody there",
    "somebody there",
    "someone there",
    "representative",
    "operator",
    "live chat",
    "talk to",
    "speak to",
    "speak with",
    "customer service",
    "customer support",
];
/// 转人工, 人工客服, 在线客服, 真人; 轉人工 in traditional characters has the same two.
const CHINESE: &[&str] = &["人工", "客服", "真人", "活人", "机器人", "機器人", "有人吗", "有人嗎"];

pub fn is_asked_for(text: &str) -> bool {
    if CHINESE.iter().any(|word| text.contains(word)) {
        return true;
    }
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let said = format!(" {} ", words.join(" "));
    ENGLISH.iter().any(|phrase| said.contains(&format!(" {phrase} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_wish_is_heard_in_either_language() {
        for text in [
            "agent",
            "AGENT!!!",
            "human, please",
            "I want to talk to someone",
            "Can I speak with a real person?",
            "转人工",
            "轉人工",
            "找客服",
            "有人吗",
            "are you a robot?",
            "有真人吗",
        ] {
            assert!(is_asked_for(text), "{text}");
        }
        for text in ["how long do refunds take", "humane cosmetics", "reagents", "person", "退款要几天", ""] {
            assert!(!is_asked_for(text), "{text}");
        }
    }
}
