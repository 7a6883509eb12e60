//! Mails as mail programs send them.

/// One with words alone.
pub fn plain(from: &str, to: &str, id: &str, words: &str) -> Vec<u8> {
    format!(
        "From: Emma <{from}>\r\nTo: Shop <{to}>\r\nSubject: Re: An answer from Test & Shop\r\nMessage-ID: <{id}>\r\n\
         Date: Sat, 21 Nov 2026 16:10:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        words.replace('\n', "\r\n")
    )
    .into_bytes()
}

/// With a line more in its head.
pub fn with_header(mail: &[u8], header: &str) -> Vec<u8> {
    [header.as_bytes(), b"\r\n", mail].concat()
}

/// In parts: words, and each of these as an attachment of its media type.
pub fn with_parts(from: &str, to: &str, id: &str, words: &str, parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut mail = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Re: photo\r\nMessage-ID: <{id}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
    );
    for (n, (kind, bytes)) in parts.iter().enumerate() {
        let body: Vec<String> = STANDARD
            .encode(bytes)
            .as_bytes()
            .chunks(76)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        mail += &format!(
            "--=_b\r\nContent-Type: {kind}; name=\"f{n}\"\r\nContent-Disposition: attachment; filename=\"f{n}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            body.join("\r\n")
        );
    }
    (mail + "--=_b--\r\n").into_bytes()
}

/// 您好，包裹收到了。谢谢！ as programs in China still write it.
pub fn gb18030(from: &str, to: &str, id: &str) -> Vec<u8> {
    let head = format!(
        "From: =?GB18030?B?wO7EyA==?= <{from}>\r\nTo: {to}\r\nSubject: =?gb2312?B?u9i4tA==?=\r\nMessage-ID: <{id}>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"gb18030\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    (head + "xPq6w6OssPy5/MrVtb3By6Gj0LvQu6Oh\r\n").into_bytes()
}
