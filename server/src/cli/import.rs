//! `aftercart import …`

use super::SiteArgument;
use crate::{
    clock::SystemClock,
    db::Db,
    knowledge::import::import_articles,
    orders::{import::import_orders, tracking_file::import_tracking},
    returns::exchange::variants_file::import_variants,
};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Orders: Shopify's Admin REST `orders` JSON, or our own JSON lines (one order a line).
    ///
    /// Any size. Importing the same file again changes nothing; a killed import goes on where it stopped. Bad rows are
    /// reported in FILE.rejected.jsonl with line and reason.
    Orders {
        file: PathBuf,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Tracking: what carriers report, as CSV (first line: names of columns) or JSON lines, one happening a row.
    ///
    /// Columns, in any order: tracking_number, at (2026-11-10T09:12:00+08:00; without a zone: the shop's time) and
    /// status (unknown registered in_transit out_for_delivery ready_for_pickup attempted delivered exception returning
    /// returned cancelled expired) are required; carrier, raw_code, place, text, expected_earliest and expected_latest
    /// are not. Importing the same file again changes nothing. Bad rows, and rows about numbers that no parcel has, are
    /// reported in FILE.rejected.jsonl with line and reason.
    Tracking {
        file: PathBuf,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Which sizes and colours there are, with prices and stock, for exchanges: JSON lines, one variant a line.
    ///
    /// {"product":"pouch","id":"sand","sku":"BG-POUCH-SA","options":[{"name":{"en":"Colour","zh-CN":"颜色"},
    /// "value":{"en":"sand","zh-CN":"沙色"}}],"prices":{"GBP":"22.00"},"stock":7}. The file is the whole truth: what it
    /// does not have is gone. With a mistake in it nothing changes. Not needed where a connector tells variants.
    Variants {
        file: PathBuf,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Help articles: a folder of Markdown files with front matter, or a JSON-lines file.
    Articles {
        path: PathBuf,
        /// Unpublish articles that are no longer there.
        #[arg(long)]
        prune: bool,
        #[command(flatten)]
        site: SiteArgument,
    },
}

pub async fn run(db: &Db, command: ImportCommand) -> Result<(), String> {
    match command {
        ImportCommand::Orders { file, site } => {
            let site = site.find(db).await?;
            let bar = ProgressBar::no_length();
            if let Ok(style) = ProgressStyle::with_template("{bar:32} {percent:>3}%  {msg}  {elapsed}, {eta} left") {
                bar.set_style(style);
            }
            let summary = import_orders(db, &SystemClock, &site.id, &site.country, &file, |progress| {
                if let Some(total) = progress.bytes_total {
                    bar.set_length(total);
                }
                bar.set_position(progress.bytes);
                bar.set_message(format!("{} orders", progress.counts.total()));
            })
            .await;
            bar.finish_and_clear();
            let summary = summary.map_err(|e| e.to_string())?;
            if let Some(before) = summary.resumed_after {
                println!("Went on after {before} orders of an import that was cut short.");
            }
            let counts = summary.counts;
            println!(
                "{} new or changed, {} unchanged, {} rejected.",
                counts.imported, counts.unchanged, counts.rejected
            );
            if let Some(report) = summary.rejected_file {
                println!("What was wrong with the rejected ones: {}", report.display());
            }
            Ok(())
        }
        ImportCommand::Tracking { file, site } => {
            let site = site.find(db).await?;
            let imported = import_tracking(db, &SystemClock, &site.id, &site.time_zone, &file).await;
            let summary = imported.map_err(|e| e.to_string())?;
            let (rows, changed, rejected) = (summary.rows, summary.orders_changed, summary.rejected);
            println!("{rows} rows, {changed} orders with news, {rejected} rejected.");
            if let Some(report) = summary.rejected_file {
                println!("What was wrong with the rejected ones: {}", report.display());
            }
            Ok(())
        }
        ImportCommand::Variants { file, site } => {
            let site = site.find(db).await?;
            let bytes = std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            let imported = import_variants(db, &SystemClock, &site.id, &bytes).await;
            let count = imported.map_err(|wrong| format!("{}:\n  {}", file.display(), wrong.join("\n  ")))?;
            println!("{count} variants. Exchanges are offered for their products from now on.");
            Ok(())
        }
        ImportCommand::Articles { path, prune, site } => {
            let site = site.find(db).await?;
            let summary = import_articles(db, &SystemClock, &site.id, &path, prune).await.map_err(|e| e.to_string())?;
            let (changed, same, gone) = (summary.imported, summary.unchanged, summary.unpublished);
            println!(
                "{changed} new or changed, {same} unchanged, {gone} unpublished, {} rejected.",
                summary.rejected.len()
            );
            for bad in &summary.rejected {
                let line = bad.line.map_or_else(String::new, |line| format!(", line {line}"));
                println!("  {}{line}: {}", bad.file.display(), bad.reason);
            }
            if !summary.ignored_fields.is_empty() {
                let fields: Vec<&str> = summary.ignored_fields.iter().map(String::as_str).collect();
                println!("Fields that mean nothing here (misspelt?): {}", fields.join(", "));
            }
            if summary.prune_skipped {
                println!("Nothing was unpublished: a rejected file may be one of the missing articles.");
            }
            Ok(())
        }
    }
}
