//! What she wrote, without what her mail program put below it: the mail that she answers, and her signature.
//!
//! Mail programs agree on no form for it. Where it is in doubt whether a line is hers, it stays.

/// Between rows of dashes.
const BETWEEN_DASHES: &[&str] = &[
    "original message",
    "original",
    "原始邮件",
    "原始郵件",
    "原邮件",
    "回复的原邮件",
    "邮件原件",
    "原始信息",
    "原始訊息",
    "reply message",
    "ursprüngliche nachricht",
    "message d'origine",
];

/// Ends of the line that says who wrote what follows.
const WROTE: &[&str] = &["wrote:", "写道:", "写道：", "寫道:", "寫道：", "schrieb:", "a écrit :", "a écrit:"];

/// The lines of a mail's head, as Outlook and QQ repeat it.
const HEAD: &[&str] = &[
    "from",
    "sent",
    "to",
    "cc",
    "subject",
    "date",
    "发件人",
    "寄件者",
    "寄件人",
    "发送时间",
    "发件时间",
    "傳送時間",
    "寄件日期",
    "收件人",
    "收件者",
    "抄送",
    "副本",
    "主题",
    "主題",
    "主旨",
    "日期",
    "时间",
];
const HEAD_BEGINS: &[&str] = &["from", "发件人", "寄件者", "寄件人"];

/// The last line of mails that were written on telephones, in lower case.
const SENT_FROM: &[&str] = &[
    "sent from my ",
    "sent from outlook",
    "sent from yahoo mail",
    "sent from mail for windows",
    "get outlook for ",
    "发自我的",
    "從我的",
    "发自网易",
    "獲取 outlook",
    "获取 outlook",
    "获取outlook",
    "發自我的",
    "来自我的",
];

/// Her own words.
pub fn own(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut kept: Vec<&str> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        if is_ruled_off(line) || is_head(&lines, at) || (lines[at] == "--" && !kept.is_empty()) {
            break;
        }
        if let Some(next) = attribution(&lines, at) {
            // What she wrote below the quoted lines, or between them, is hers.
            let quoted = lines[next..].iter().find(|line| !line.trim().is_empty()).is_some_and(|line| is_quoted(line));
            if !quoted {
                break;
            }
            at = next;
            continue;
        }
        if !is_quoted(line) {
            kept.push(lines[at]);
        }
        at += 1;
    }
    finish(kept)
}

fn finish(mut kept: Vec<&str>) -> String {
    let drop_empty = |kept: &mut Vec<&str>| {
        // Outlook draws a line above the head that it repeats.
        while kept.last().is_some_and(|line| line.trim().trim_matches('_').is_empty()) {
            kept.pop();
        }
    };
    drop_empty(&mut kept);
    let sent_from = |line: &str| {
        let line = line.trim().to_lowercase();
        line.chars().count() < 60 && SENT_FROM.iter().any(|begins| line.starts_with(begins))
    };
    while kept.last().is_some_and(|line| sent_from(line)) {
        kept.pop();
        drop_empty(&mut kept);
    }
    let mut said = String::new();
    let mut empty = 0;
    for line in kept {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 3 && !(said.is_empty() && empty > 0) {
            said.push_str(line);
            said.push('\n');
        }
    }
    said.truncate(said.trim_end().len());
    said
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// `-----Original Message-----`
fn is_ruled_off(line: &str) -> bool {
    let inner = line.trim_matches(|c: char| matches!(c, '-' | '－' | '—' | '_') || c.is_whitespace());
    let dashes = line.len() - inner.len();
    dashes >= 4 && line.starts_with(['-', '－', '—', '_']) && BETWEEN_DASHES.contains(&inner.to_lowercase().as_str())
}

/// The name of a line `From: …`, in lower case and without what makes it bold.
fn head_name(line: &str) -> Option<String> {
    let line = line.trim_start_matches(['*', ' ', '\u{a0}', '\u{3000}']);
    let (name, _) = line.split_once([':', '：'])?;
    let name = name.trim_matches(|c: char| c == '*' || c.is_whitespace()).to_lowercase();
    HEAD.contains(&name.as_str()).then_some(name)
}

/// The head of a mail begins here: who sent it, and at least two more of its lines below.
fn is_head(lines: &[&str], at: usize) -> bool {
    let begins = head_name(lines[at]).is_some_and(|name| HEAD_BEGINS.contains(&name.as_str()));
    begins
        && lines[at + 1..]
            .iter()
            .filter(|line| !line.trim().is_empty())
            .take(5)
            .filter(|line| head_name(line).is_some())
            .count()
            >= 2
}

/// "On Saturday, Shop <…> wrote:", broken into as many lines as mail programs do: the line after it.
fn attribution(lines: &[&str], at: usize) -> Option<usize> {
    let ends = |line: &str| {
        let line = line.trim().to_lowercase();
        WROTE.iter().any(|end| line.ends_with(end))
    };
    let length = (0..4).find(|more| lines.get(at + more).is_some_and(|line| ends(line)))?;
    let whole = lines[at..=at + length].join(" ");
    if lines[at..=at + length].iter().any(|line| line.trim().is_empty())
        || !whole.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let begins = |line: &str| {
        let line = line.trim();
        let year = line.chars().take(5).collect::<String>();
        ["On ", "Am ", "Le ", "在 ", "在2", "於 ", "于 "].iter().any(|word| line.starts_with(word))
            || (year.ends_with(['年', '-', '/']) && year.chars().take(4).all(|c| c.is_ascii_digit()))
            || line.contains('@')
    };
    // If it begins further below, what stands before it is hers.
    let first = |from: usize| begins(lines[from]);
    let further = (at + 1..=at + length).any(|from| {
        first(from)
            && !lines[from].trim_start().starts_with('<')
            && lines[from..=at + length].join(" ").contains(|c: char| c.is_ascii_digit())
    });
    let dated = whole.contains('@')
        || ["On ", "在", "Am ", "Le "].iter().any(|word| whole.trim_start().starts_with(word))
        || whole.contains('年');
    let opens = lines[at].trim();
    let strict = ["On ", "在", "Am ", "Le "].iter().any(|word| opens.starts_with(word));
    (begins(lines[at]) && dated && (strict || !further)).then_some(at + length + 1)
}

#[cfg(test)]
mod tests {
    use super::own;

    /// As these programs send it, to an answer of ours.
    #[test]
    fn her_own_words_are_found_in_what_mail_programs_send() {
        let quoted = "Test & Shop\n\nMing: It left yesterday.\n\nRead it and reply\nhttps://shop.example/\n";
        let bracketed: String = quoted.lines().map(|line| format!("> {line}\n")).collect();
        let address = "reply+abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqr@shop.example";
        for (program, text) in [
            ("Gmail", format!("@@\n\nOn Sat, Nov 21, 2026 at 4:10 PM Test & Shop <{address}>\nwrote:\n\n{bracketed}")),
            ("Gmail, one line", format!("@@\n\nOn Sat, Nov 21, 2026 at 4:10 PM Shop <a@b.cn> wrote:\n\n{bracketed}")),
            ("Gmail, narrow", format!("@@\n\nOn Sat, Nov 21, 2026 at 4:10 PM\nTest & Shop\n<{address}> wrote:\n{bracketed}")),
            ("Gmail, Chinese", format!("@@\n\nTest & Shop <{address}> 于2026年11月21日周六 16:10写道：\n\n{bracketed}")),
            ("Gmail, Taiwan", format!("@@\n\n測試小店 <{address}> 於 2026年11月21日 週六 下午4:10寫道：\n\n{bracketed}")),
            ("Apple Mail", format!("@@\n\n> On 21 Nov 2026, at 16:10, Test & Shop <{address}> wrote:\n> \n{bracketed}")),
            ("iPhone", format!("@@\n\nSent from my iPhone\n\n> On 21 Nov 2026, at 16:10, Test & Shop <{address}> wrote:\n> \n{bracketed}")),
            ("iPhone, Chinese", format!("@@\n\n发自我的 iPhone\n\n> 在 2026年11月21日，16:10，测试小店 <{address}> 写道：\n> \n{bracketed}")),
            ("Outlook", format!("@@\n\n________________________________\nFrom: Test & Shop <{address}>\nSent: Saturday, November 21, 2026 4:10 PM\nTo: Li <li@example.cn>\nSubject: An answer\n\n{quoted}")),
            ("Outlook, classic", format!("@@\n\n-----Original Message-----\nFrom: Test & Shop\nSent: Saturday\n\n{quoted}")),
            ("Outlook, bold", format!("@@\n\n*From:* Shop <{address}>\n*Sent:* Saturday\n*To:* Li\n*Subject:* An answer\n\n{quoted}")),
            ("Outlook, Chinese", format!("@@\n\n发件人: 测试小店 <{address}>\n发送时间: 2026年11月21日 16:10\n收件人: li@example.cn\n主题: 答复\n\n{quoted}")),
            ("Outlook for iOS", format!("@@\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Shop <{address}>\nSent: Saturday\nTo: Li\n\n{quoted}")),
            ("QQ Mail", format!("@@\n\n\n\n\n------------------ 原始邮件 ------------------\n发件人: \"测试小店\" <{address}>;\n发送时间: 2026年11月21日(星期六) 下午4:10\n收件人: \"li\"<li@example.cn>;\n主题: 答复\n\n{quoted}")),
            ("QQ Mail, older", format!("@@\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: a\n发送时间: b\n收件人: c\n{quoted}").replace("&nbsp;", "\u{a0}")),
            ("163", format!("@@\n\n\n\n\n\n\n\nAt 2026-11-21 16:10:00, \"Test & Shop\" <{address}> wrote:\n\n{quoted}")),
            ("163, Chinese", format!("@@\n\n在 2026-11-21 16:10:00，\"测试小店\" <{address}> 写道：\n\n{quoted}")),
            ("163, telephone", format!("@@\n\n---- 回复的原邮件 ----\n| 发件人 | 测试小店 |\n| 日期 | 2026年11月21日 |\n{quoted}")),
            ("Thunderbird", format!("@@\n\nOn 21/11/2026 16:10, Test & Shop wrote:\n{bracketed}")),
            ("Thunderbird, below", format!("On 21/11/2026 16:10, Test & Shop wrote:\n{bracketed}\n@@")),
            ("Yahoo", format!("@@\n\n On Saturday, November 21, 2026 at 04:10:00 PM GMT+8, Shop <{address}> wrote:  \n \n {quoted}")),
            ("Foxmail", format!("@@\n \n发件人： 测试小店\n发送时间： 2026-11-21 16:10\n收件人： li\n主题： 答复\n{quoted}")),
            ("a signature", format!("@@\n\n-- \nLi Na\nBeijing\n\nOn Sat, 21 Nov 2026 Shop wrote:\n{bracketed}")),
            ("nothing but words", "@@".to_owned()),
        ] {
            for words in ["Yes, please", "好的，谢谢\n\n订单 A-1001 还没到", "2 pieces\n1 box, at 10:00"] {
                assert_eq!(own(&text.replace("@@", words)), words, "{program}");
                assert_eq!(own(&text.replace("@@", words).replace('\n', "\r\n")), words, "{program}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_a_quotation_stays() {
        for words in [
            "This is what the driver wrote:\nnobody at home",
            "他在 App 里写道：不在家",
            "From: Shanghai\nI would like it sent to Beijing",
            "My measurements:\nTo: 20 cm",
            "a -- b\n--- c",
            "--",
            "On Monday I wrote to you",
            "从我这里寄出的包裹在哪里",
            "I bought:\n- one\n- two\n\n\nthree",
        ] {
            assert_eq!(own(words), words);
        }
        let between = "> Which colour?\nBlue\n> Which size?\nM";
        assert_eq!(own(between), "Blue\nM");
        assert_eq!(own("> all of it\n> and more"), "");
    }
}
