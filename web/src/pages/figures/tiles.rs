//! Japan as 47 tiles, one a prefecture, darker where there are more patients: a map that needs no one's licence.

use leptos::prelude::*;
use shared::summary::SummaryRow;

use super::named;
use crate::format;
use crate::words::figures::chart as says;
use crate::words::t;

/// Column and row of each prefecture, in the order of their codes (JIS X 0401).
const PLACES: [(u16, u16); 47] = [
    (12, 0),
    (12, 1),
    (12, 2),
    (12, 3),
    (11, 2),
    (11, 3),
    (12, 4),
    (13, 5),
    (12, 5),
    (11, 5),
    (12, 6),
    (13, 6),
    (12, 7),
    (11, 7),
    (11, 4),
    (10, 4),
    (9, 4),
    (8, 5),
    (11, 6),
    (10, 5),
    (9, 5),
    (10, 6),
    (9, 6),
    (9, 7),
    (8, 6),
    (7, 5),
    (7, 6),
    (6, 6),
    (8, 7),
    (7, 7),
    (5, 6),
    (4, 6),
    (5, 7),
    (4, 7),
    (3, 6),
    (5, 9),
    (5, 8),
    (4, 8),
    (4, 9),
    (1, 7),
    (0, 7),
    (0, 8),
    (1, 8),
    (2, 7),
    (2, 8),
    (1, 9),
    (0, 10),
];
/// The length of a tile's side, with the gap to the next.
const SIDE: u16 = 58;
const GAP: u16 = 4;
/// The shades, from that of nothing on.
const SHADES: [&str; 6] = ["tile", "tile shade-1", "tile shade-2", "tile shade-3", "tile shade-4", "tile shade-5"];

/// The map, in a box that scrolls where the screen is narrow.
#[component]
pub fn Tiles(rows: Vec<SummaryRow>) -> impl IntoView {
    let highest = named(&rows).map(|row| row.total).max().unwrap_or(0).max(1);
    let tiles: Vec<_> = (1_u16..)
        .zip(PLACES)
        .map(|(code, place)| {
            let code = format!("{code:02}");
            let row = named(&rows).find(|row| row.prefecture_code.as_deref() == Some(code.as_str()));
            tile(place, &code, row, highest)
        })
        .collect();
    view! {
        <figure class="chart tiles-chart no-print">
            <figcaption>{t(says::MAP)}</figcaption>
            <div class="table-box tiles-box" role="region" tabindex="0" aria-label=t(says::MAP)>
                <svg class="tiles" viewBox=format!("0 0 {} {}", 14 * SIDE, 11 * SIDE) role="img" aria-label=t(says::MAP_WHAT)>
                    {tiles.into_iter().collect_view()}
                </svg>
            </div>
            <p class="small">{t(says::MAP_WHAT)}</p>
        </figure>
    }
}

fn tile((column, line): (u16, u16), code: &str, row: Option<&SummaryRow>, highest: i64) -> impl IntoView + use<> {
    let (x, y) = (column * SIDE, line * SIDE);
    let name = row.and_then(|row| row.organization.as_ref()).map_or_else(|| code.to_owned(), |one| short(&one.name));
    let number = row.map(|row| format::sum(row.total));
    let class = row.map_or("tile", |row| class(row.total, highest));
    let middle = (x + SIDE / 2).to_string();
    let side = (SIDE - GAP).to_string();
    view! {
        <g class=class>
            <rect x=x.to_string() y=y.to_string() width=side.clone() height=side rx="4" />
            <text x=middle.clone() y=(y + 24).to_string()>{name}</text>
            <text x=middle y=(y + 44).to_string()>{number}</text>
        </g>
    }
}

/// The shade of a number, by how near it is to the highest.
fn class(number: i64, highest: i64) -> &'static str {
    let step = if number <= 0 { 0 } else { (number * 5 + highest - 1) / highest };
    usize::try_from(step).ok().and_then(|step| SHADES.get(step)).copied().unwrap_or(SHADES[0])
}

/// The name as it fits a tile: without 都, 府 or 県, three characters at the most.
fn short(name: &str) -> String {
    let bare = name.strip_suffix(['都', '府', '県']).unwrap_or(name);
    bare.chars().take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_prefecture_has_a_tile_of_its_own_within_the_map() {
        let mut seen = Vec::new();
        for place in PLACES {
            assert!(place.0 < 14 && place.1 < 11 && !seen.contains(&place), "{place:?}");
            seen.push(place);
        }
    }

    #[test]
    fn shades_go_from_none_to_the_highest_and_names_fit() {
        let shades = [-1, 0, 1, 20, 21, 99, 100].map(|number| class(number, 100));
        assert_eq!(shades, [0, 0, 1, 1, 2, 5, 5].map(|shade| SHADES[shade]));
        assert_eq!(
            (short("神奈川県").as_str(), short("東京都").as_str(), short("北海道").as_str()),
            ("神奈川", "東京", "北海道")
        );
    }
}
