//! `/api/docs`: the same document for people to read. No script, nothing loaded.

use super::openapi;
use crate::html::{self, escape};
use axum::{
    http::header,
    response::{Html, IntoResponse},
};
use serde_json::Value;
use std::fmt::Write;

const STYLES: &str = include_str!("docs.css");
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

pub async fn page() -> impl IntoResponse {
    let policy = format!(
        "default-src 'none'; img-src 'self'; style-src {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        html::csp_hash(STYLES)
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(render(openapi::document())))
}

fn render(document: &Value) -> String {
    let text = |value: &Value| escape(value.as_str().unwrap_or_default());
    let mut body = format!("<h1>{}</h1>{}", text(&document["info"]["title"]), words(&document["info"]["description"]));
    body += "<p>For tools: <a href=\"/api/openapi.json\">/api/openapi.json</a></p>";
    for tag in list(&document["tags"]) {
        let _ = write!(body, "<h2>{}</h2>{}", text(&tag["name"]), words(&tag["description"]));
        for (path, item) in entries(&document["paths"]) {
            for method in METHODS {
                let operation = &item[method];
                if list(&operation["tags"]).iter().any(|name| *name == tag["name"]) {
                    body += &one(method, path, operation);
                }
            }
        }
    }
    body += "<h2>Types</h2>";
    for (name, schema) in entries(&document["components"]["schemas"]) {
        let _ = write!(body, "<section id=\"type-{0}\"><h3>{0}</h3>{1}", escape(name), words(&schema["description"]));
        body += &fields(schema);
        body += "</section>";
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>Aftercart: the API</title>\
         <link rel=\"icon\" href=\"/icons/favicon.svg\" type=\"image/svg+xml\"><style>{STYLES}</style></head>\
         <body><main>{body}</main></body></html>"
    )
}

fn one(method: &str, path: &str, operation: &Value) -> String {
    let mut out = format!(
        "<section><h3><code><b>{}</b> {}</code></h3><p><strong>{}</strong></p>{}",
        method.to_uppercase(),
        escape(path),
        escape(operation["summary"].as_str().unwrap_or_default()),
        words(&operation["description"]),
    );
    let parameters = list(&operation["parameters"]);
    if !parameters.is_empty() {
        out += "<table><tr><th>Parameter</th><th>Where</th><th>Meaning</th></tr>";
        for parameter in parameters {
            let _ = write!(
                out,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escape(parameter["name"].as_str().unwrap_or_default()),
                escape(parameter["in"].as_str().unwrap_or_default()),
                escape(parameter["description"].as_str().unwrap_or_default()),
            );
        }
        out += "</table>";
    }
    let json = &operation["requestBody"]["content"]["application/json"];
    if !json.is_null() {
        let _ = write!(out, "<p>Body: {}</p>{}", kind(&json["schema"]), example(json));
    }
    for (status, response) in entries(&operation["responses"]) {
        let json = &response["content"]["application/json"];
        let _ = write!(
            out,
            "<p><code>{}</code> {} {}</p>{}",
            escape(status),
            kind(&json["schema"]),
            escape(response["description"].as_str().unwrap_or_default()),
            example(json)
        );
    }
    out + "</section>"
}

fn example(json: &Value) -> String {
    match &json["example"] {
        Value::Null => String::new(),
        example => {
            format!("<pre>{}</pre>", escape(&serde_json::to_string_pretty(example).unwrap_or_default()))
        }
    }
}

fn fields(schema: &Value) -> String {
    let values = list(&schema["enum"]);
    if !values.is_empty() {
        let names: Vec<String> =
            values.iter().filter_map(Value::as_str).map(|v| format!("<code>{}</code>", escape(v))).collect();
        return format!("<p>{}</p>", names.join(" "));
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let parts = list(&schema[several]);
        if !parts.is_empty() {
            let part = |part: &Value| {
                if part["$ref"].is_string() {
                    format!("<p>{}</p>", kind(part))
                } else {
                    words(&part["description"]) + &fields(part)
                }
            };
            return parts.iter().map(part).collect();
        }
    }
    let required: Vec<&str> = list(&schema["required"]).iter().filter_map(Value::as_str).collect();
    let mut rows = String::new();
    for (name, field) in entries(&schema["properties"]) {
        let _ = write!(
            rows,
            "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>",
            escape(name),
            if required.contains(&name.as_str()) { " *" } else { "" },
            kind(field),
            words(&field["description"]),
        );
    }
    if rows.is_empty() {
        String::new()
    } else {
        format!("<table><tr><th>Field (* required)</th><th>Type</th><th>Meaning</th></tr>{rows}</table>")
    }
}

/// A type in a few words, with a link where it has a section of its own.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let kinds: Vec<String> = list(&schema[several]).iter().filter(|k| k["type"] != "null").map(kind).collect();
        if !kinds.is_empty() {
            return kinds.join(" or ");
        }
    }
    // The word by which one form is told from the others.
    if let [Value::String(only)] = list(&schema["enum"]) {
        return format!("<code>{}</code>", escape(only));
    }
    let names: Vec<&str> = match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).filter(|n| *n != "null").collect(),
        name => name.as_str().into_iter().collect(),
    };
    if names == ["array"] { format!("list of {}", kind(&schema["items"])) } else { escape(&names.join(" or ")) }
}

fn words(text: &Value) -> String {
    text.as_str().unwrap_or_default().split("\n\n").filter(|p| !p.trim().is_empty()).fold(
        String::new(),
        |mut out, paragraph| {
            let _ = write!(out, "<p>{}</p>", code(&escape(paragraph.trim())));
            out
        },
    )
}

/// `like this` in doc comments.
fn code(escaped: &str) -> String {
    let mut parts = escaped.split('`');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (n, part) in parts.enumerate() {
        out += if n % 2 == 0 { "<code>" } else { "</code>" };
        out += part;
    }
    out
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
