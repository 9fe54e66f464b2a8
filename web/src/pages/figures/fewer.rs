//! How many units have said fewer patients of 65 and more than were notified one by one, by area; for the ministry by
//! prefecture.

use leptos::prelude::*;
use shared::ReportingDay;
use shared::coverage::{AreaCoverage, CoverageQuery, CoverageView};
use shared::organization::OrganizationRef;
use shared::permission::Action;
use shared::summary::{Level, SummaryView};

use crate::load::Load;
use crate::session::use_session;
use crate::words::figures::{late, missing};
use crate::words::t;
use crate::{api, format, may};

/// The section, for the figures of one day.
#[component]
pub fn Fewer(view: SummaryView) -> impl IntoView {
    let (day, by_prefecture) = (view.to, view.level == Level::Prefecture);
    let load = Load::new(move || async move { api::client().coverage(&CoverageQuery { day: Some(day) }).await });
    view! {
        <section aria-labelledby="fewer-heading">
            <h2 id="fewer-heading">{t(missing::FEWER_HEADING)}</h2>
            {load.view(2, move |view: CoverageView| list(&view.items, by_prefecture, day))}
        </section>
    }
}

fn list(areas: &[AreaCoverage], by_prefecture: bool, day: ReportingDay) -> impl IntoView + use<> {
    let session = use_session();
    let reads = Memo::new(move |_| session.view().is_some_and(|who| may::may_for_own(&who, Action::ReadUnitCoverage)));
    let lines: Vec<_> =
        by_place(areas, by_prefecture).into_iter().map(|(place, n)| line(place, n, day, reads)).collect();
    if lines.is_empty() {
        return view! { <p>{t(missing::FEWER_NONE)}</p> }.into_any();
    }
    view! {
        <p>{t(missing::FEWER_WHAT)}</p>
        <ul class="plain-list">{lines.into_iter().collect_view()}</ul>
    }
    .into_any()
}

fn line(place: OrganizationRef, units: u32, day: ReportingDay, linked: Memo<bool>) -> impl IntoView {
    let OrganizationRef { id, name, .. } = place;
    let name = move || {
        let name = name.clone();
        if linked.get() {
            view! { <a href=format!("/missing?day={day}&area={id}")>{name}</a> }.into_any()
        } else {
            name.into_any()
        }
    };
    view! { <li>{name} " " {move || late::units(&format::count(units.into()))}</li> }
}

/// The places that have such units, with how many, in the order of the answer.
fn by_place(areas: &[AreaCoverage], by_prefecture: bool) -> Vec<(OrganizationRef, u32)> {
    let mut places = Vec::<(OrganizationRef, u32)>::new();
    for area in areas.iter().filter(|area| area.below_notifications > 0) {
        let place = if by_prefecture { &area.prefecture } else { &area.area };
        match places.iter_mut().find(|(known, _)| known.id == place.id) {
            Some((_, units)) => *units += area.below_notifications,
            None => places.push((place.clone(), area.below_notifications)),
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use shared::coverage::Coverage;
    use shared::organization::OrganizationKind;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn areas_are_named_where_there_is_something_and_prefectures_add_them_up() {
        let place = |id, kind| OrganizationRef { id: Uuid::from_u128(id), kind, name: id.to_string() };
        let area = |id, prefecture, below_notifications| AreaCoverage {
            area: place(id, OrganizationKind::HealthCenter),
            prefecture: place(prefecture, OrganizationKind::Prefecture),
            coverage: Coverage::default(),
            percent: None,
            below_notifications,
            desk: None,
        };
        let areas = [area(11, 1, 2), area(12, 1, 0), area(13, 1, 3), area(21, 2, 0), area(31, 3, 1)];
        let names = |by_prefecture| {
            let places = by_place(&areas, by_prefecture);
            places.into_iter().map(|(place, units)| (place.name, units)).collect::<Vec<_>>()
        };
        assert_eq!(names(false), [("11".into(), 2), ("13".into(), 3), ("31".into(), 1)]);
        assert_eq!(names(true), [("1".into(), 5), ("3".into(), 1)]);
    }
}
