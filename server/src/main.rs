//! Arguments in, exit code out.

use aftercart::cli::{self, Cli};
use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("aftercart: {message}");
            ExitCode::FAILURE
        }
    }
}
