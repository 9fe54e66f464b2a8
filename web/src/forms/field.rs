//! The fields of the form: their ids on the page and their pointers into the request.

use shared::{AgeBand, Rule};

/// A field of the report form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The count of a band.
    Count(AgeBand),
    /// The target day of an adjustment.
    TargetDay(usize),
    /// The reason of an adjustment.
    Reason(usize),
    /// The note of an adjustment.
    Note(usize),
    /// The change of a band of an adjustment.
    Delta(usize, AgeBand),
    /// The fourteen changes of an adjustment together.
    Deltas(usize),
    /// The report as a whole.
    Whole,
}

/// One thing to correct before the report can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldError {
    /// Where.
    pub field: Field,
    /// The rule that is broken.
    pub rule: Rule,
}

impl Field {
    /// The id of the input that takes the focus when this field is to be corrected.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Count(band) => format!("count-{band}"),
            Self::TargetDay(at) => format!("adjustment-{at}-target_day"),
            Self::Reason(at) => format!("adjustment-{at}-reason"),
            Self::Note(at) => format!("adjustment-{at}-note"),
            Self::Delta(at, band) => format!("adjustment-{at}-delta-{band}"),
            Self::Deltas(at) => Self::Delta(at, AgeBand::Age0).id(),
            Self::Whole => Self::Count(AgeBand::Age0).id(),
        }
    }

    /// The id of the element with the words of this field's error.
    #[must_use]
    pub fn error_id(self) -> String {
        match self {
            Self::Deltas(at) => format!("adjustment-{at}-deltas-error"),
            other => format!("{}-error", other.id()),
        }
    }

    /// The field of a pointer of the request; the whole for whatever has no field of its own.
    #[must_use]
    pub fn of_pointer(pointer: &str) -> Self {
        let mut segments = pointer.split('/').skip(1);
        match segments.next() {
            Some("counts") => segments.next().and_then(AgeBand::from_key).map_or(Self::Whole, Self::Count),
            Some("adjustments") => Self::of_adjustment(segments).unwrap_or(Self::Whole),
            _ => Self::Whole,
        }
    }

    fn of_adjustment<'a>(mut segments: impl Iterator<Item = &'a str>) -> Option<Self> {
        let at = segments.next()?.parse().ok()?;
        Some(match segments.next() {
            Some("reason") => Self::Reason(at),
            Some("note") => Self::Note(at),
            Some("deltas") => {
                segments.next().and_then(AgeBand::from_key).map_or(Self::Deltas(at), |band| Self::Delta(at, band))
            }
            _ => Self::TargetDay(at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(field: Field) -> String {
        match field {
            Field::Count(band) => format!("/counts/{band}"),
            Field::TargetDay(at) => format!("/adjustments/{at}/target_day"),
            Field::Reason(at) => format!("/adjustments/{at}/reason"),
            Field::Note(at) => format!("/adjustments/{at}/note"),
            Field::Delta(at, band) => format!("/adjustments/{at}/deltas/{band}"),
            Field::Deltas(at) => format!("/adjustments/{at}/deltas"),
            Field::Whole => String::new(),
        }
    }

    fn every_field() -> Vec<Field> {
        let mut fields = vec![
            Field::TargetDay(0),
            Field::Reason(2),
            Field::Note(59),
            Field::Deltas(1),
            Field::Whole,
            Field::Delta(3, AgeBand::Unknown),
        ];
        fields.extend(AgeBand::ALL.map(Field::Count));
        fields
    }

    #[test]
    fn a_pointer_leads_back_to_its_field() {
        for field in every_field() {
            assert_eq!(Field::of_pointer(&pointer(field)), field);
        }
    }

    #[test]
    fn a_pointer_without_a_field_is_about_the_whole_or_its_adjustment() {
        assert_eq!(Field::of_pointer("/total"), Field::Whole);
        assert_eq!(Field::of_pointer("?dry_run"), Field::Whole);
        assert_eq!(Field::of_pointer("/counts/age_200"), Field::Whole);
        assert_eq!(Field::of_pointer("/adjustments"), Field::Whole);
        assert_eq!(Field::of_pointer("/adjustments/4"), Field::TargetDay(4));
    }

    #[test]
    fn an_error_about_fourteen_changes_takes_the_focus_to_the_first() {
        assert_eq!(Field::Deltas(1).id(), "adjustment-1-delta-age_0");
        assert_eq!(Field::Deltas(1).error_id(), "adjustment-1-deltas-error");
    }
}
