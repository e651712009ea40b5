/// The style sheet of `HTMLReporter`. Colours of text on its ground have a contrast of at least 4.5 (WCAG 2.2, 1.4.3) in light and dark.
enum HTMLStyle {
    static let sheet = """
        :root {
          color-scheme: light dark;
          --ground: #f6f7f9; --card: #ffffff; --text: #1b1f24; --quiet: #59636e; --line: #d5dae0; --link: #0a58ca; --code: #eef1f4;
          --critical: #8e1030; --high: #b02a12; --medium: #8a5a00; --low: #1d5fa8; --info: #59636e; --on-badge: #ffffff;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #111418; --card: #1a1f25; --text: #e4e8ec; --quiet: #9aa5b1; --line: #333b45; --link: #7fb4ff; --code: #242b33;
            --critical: #ff7d9c; --high: #ff8f70; --medium: #f0b54a; --low: #7fb4ff; --info: #9aa5b1; --on-badge: #111418;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 60rem; padding: 1.25rem 1rem 3rem; background: var(--ground); color: var(--text);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
        h2 { margin: 2rem 0 .75rem; font-size: 1.125rem; }
        h2 span { color: var(--quiet); font-weight: normal; }
        h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
        p { margin: .5rem 0 0; overflow-wrap: anywhere; }
        a { color: var(--link); }
        .origin, .id, dt { color: var(--quiet); font-size: .875rem; }
        .summary { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 0; padding: 0; list-style: none; }
        .badge { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; color: var(--on-badge); background: var(--info);
          font-size: .875rem; font-weight: 600; text-decoration: none; }
        .badge.critical { background: var(--critical); }
        .badge.high { background: var(--high); }
        .badge.medium { background: var(--medium); }
        .badge.low { background: var(--low); }
        article { margin: 0 0 .75rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--info);
          border-radius: .4rem; }
        article.critical { border-left-color: var(--critical); }
        article.high { border-left-color: var(--high); }
        article.medium { border-left-color: var(--medium); }
        article.low { border-left-color: var(--low); }
        .resource, dd, .fix bdi { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875rem; }
        dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .25rem 1rem; margin: .75rem 0 0; padding: .6rem .75rem;
          background: var(--code); border-radius: .3rem; }
        dt, dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
        .id .badge { padding: 0 .5rem; font-size: .75rem; }
        .none { font-size: 1.125rem; }
        @media (max-width: 32rem) {
          dl { grid-template-columns: 1fr; gap: 0; }
          dd { margin-bottom: .4rem; }
        }
        @media print {
          body { max-width: none; background: none; }
          article { break-inside: avoid; }
        }
        """
}
