//! The fourteen age bands and the numbers that are reported for them.

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

/// An age band of the daily report, in the order of every screen, file and table (Ministry of Health, Labour and
/// Welfare, daily report of HER-SYS, September 2022).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AgeBand {
    /// 0歳
    #[serde(rename = "age_0")]
    Age0,
    /// 1～4歳
    #[serde(rename = "age_1_4")]
    Age1To4,
    /// 5～9歳
    #[serde(rename = "age_5_9")]
    Age5To9,
    /// 10代
    #[serde(rename = "age_10_19")]
    Age10To19,
    /// 20代
    #[serde(rename = "age_20_29")]
    Age20To29,
    /// 30代
    #[serde(rename = "age_30_39")]
    Age30To39,
    /// 40代
    #[serde(rename = "age_40_49")]
    Age40To49,
    /// 50代
    #[serde(rename = "age_50_59")]
    Age50To59,
    /// 60～64歳
    #[serde(rename = "age_60_64")]
    Age60To64,
    /// 65～69歳
    #[serde(rename = "age_65_69")]
    Age65To69,
    /// 70代
    #[serde(rename = "age_70_79")]
    Age70To79,
    /// 80代
    #[serde(rename = "age_80_89")]
    Age80To89,
    /// 90歳以上
    #[serde(rename = "age_90_plus")]
    Age90Plus,
    /// 不明
    #[serde(rename = "unknown")]
    Unknown,
}

impl AgeBand {
    /// How many bands there are.
    pub const COUNT: usize = 14;

    /// Every band, in the official order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Age0,
        Self::Age1To4,
        Self::Age5To9,
        Self::Age10To19,
        Self::Age20To29,
        Self::Age30To39,
        Self::Age40To49,
        Self::Age50To59,
        Self::Age60To64,
        Self::Age65To69,
        Self::Age70To79,
        Self::Age80To89,
        Self::Age90Plus,
        Self::Unknown,
    ];

    /// The key in JSON, CSV and the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Age0 => "age_0",
            Self::Age1To4 => "age_1_4",
            Self::Age5To9 => "age_5_9",
            Self::Age10To19 => "age_10_19",
            Self::Age20To29 => "age_20_29",
            Self::Age30To39 => "age_30_39",
            Self::Age40To49 => "age_40_49",
            Self::Age50To59 => "age_50_59",
            Self::Age60To64 => "age_60_64",
            Self::Age65To69 => "age_65_69",
            Self::Age70To79 => "age_70_79",
            Self::Age80To89 => "age_80_89",
            Self::Age90Plus => "age_90_plus",
            Self::Unknown => "unknown",
        }
    }

    /// The band of a key, if it is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.key() == key)
    }

    /// The place in the official order, 0 to 13.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for AgeBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The largest count of a band in one report, and the largest delta either way.
pub const MAX_COUNT: u32 = 99_999;

/// Fourteen counts of patients, each 0 to [`MAX_COUNT`]. On the wire an object with all fourteen keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BandCounts([u32; AgeBand::COUNT]);

/// Fourteen signed changes, each −[`MAX_COUNT`] to [`MAX_COUNT`]. On the wire an object with all fourteen keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BandDeltas([i32; AgeBand::COUNT]);

/// Fourteen sums over many units or days: wider than one report's counts, and possibly negative.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BandSums([i64; AgeBand::COUNT]);

macro_rules! bands {
    ($name:ident, $number:ty, $min:expr, $max:expr, $total:ty) => {
        impl $name {
            /// The smallest number of a band.
            pub const MIN: $number = $min;
            /// The largest number of a band.
            pub const MAX: $number = $max;
            /// Every band 0.
            pub const ZERO: Self = Self([0; AgeBand::COUNT]);

            /// Takes numbers in the official order; the first band whose number is out of range, if one is.
            ///
            /// # Errors
            /// The band whose number lies outside `MIN..=MAX`.
            pub fn new(numbers: [$number; AgeBand::COUNT]) -> Result<Self, AgeBand> {
                for (band, number) in AgeBand::ALL.into_iter().zip(numbers) {
                    if !($min..=$max).contains(&number) {
                        return Err(band);
                    }
                }
                Ok(Self(numbers))
            }

            /// The number of one band.
            #[must_use]
            pub const fn get(&self, band: AgeBand) -> $number {
                self.0[band as usize]
            }

            /// All numbers in the official order.
            #[must_use]
            pub const fn as_array(&self) -> &[$number; AgeBand::COUNT] {
                &self.0
            }

            /// Each band with its number, in the official order.
            pub fn iter(&self) -> impl ExactSizeIterator<Item = (AgeBand, $number)> + '_ {
                AgeBand::ALL.into_iter().zip(self.0)
            }

            /// The sum of the fourteen, always computed and never stored.
            #[must_use]
            pub fn total(&self) -> $total {
                self.0.iter().map(|&number| <$total>::from(number)).sum()
            }

            /// Whether every band is 0.
            #[must_use]
            pub fn is_zero(&self) -> bool {
                self.0.iter().all(|&number| number == 0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "{:?}"), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(AgeBand::COUNT))?;
                for (band, number) in self.iter() {
                    map.serialize_entry(band.key(), &number)?;
                }
                map.end()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Bands;
                impl<'de> Visitor<'de> for Bands {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object with all fourteen age bands")
                    }
                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut numbers: [Option<$number>; AgeBand::COUNT] = [None; AgeBand::COUNT];
                        while let Some(key) = map.next_key::<Key>()?.map(|Key(band)| band) {
                            let slot = &mut numbers[key.index()];
                            if slot.is_some() {
                                return Err(de::Error::duplicate_field(key.key()));
                            }
                            *slot = Some(map.next_value::<Ranged>()?.0);
                        }
                        let mut whole = [0; AgeBand::COUNT];
                        for (band, number) in AgeBand::ALL.into_iter().zip(numbers) {
                            whole[band.index()] = number.ok_or_else(|| de::Error::missing_field(band.key()))?;
                        }
                        Ok($name(whole))
                    }
                }
                /// One number, refused while its key is still the path of the error.
                struct Ranged($number);
                impl<'de> Deserialize<'de> for Ranged {
                    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        let number = deserializer.deserialize_i64(Whole { min: $min as i64, max: $max as i64 })?;
                        <$number>::try_from(number).map(Ranged).map_err(de::Error::custom)
                    }
                }
                deserializer.deserialize_map(Bands)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{AdditionalProperties, KnownFormat, ObjectBuilder, SchemaFormat, Type};
                let mut object =
                    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)));
                for band in AgeBand::ALL {
                    object = object
                        .property(
                            band.key(),
                            ObjectBuilder::new()
                                .schema_type(Type::Integer)
                                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
                                .minimum(Some($min as i64))
                                .maximum(Some($max as i64)),
                        )
                        .required(band.key());
                }
                object.into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

bands!(BandCounts, u32, 0, 99_999, u64);
bands!(BandDeltas, i32, -99_999, 99_999, i64);
bands!(BandSums, i64, -1_000_000_000_000, 1_000_000_000_000, i64);

impl BandDeltas {
    /// What must be added to `from` to arrive at `to`.
    #[must_use]
    pub fn between(from: &BandCounts, to: &BandCounts) -> Self {
        // Counts are at most 99,999, so that differences fit.
        Self(std::array::from_fn(|i| to.0[i].cast_signed() - from.0[i].cast_signed()))
    }
}

impl BandSums {
    /// Adds the counts of one report.
    pub fn add_counts(&mut self, counts: &BandCounts) {
        for (sum, &number) in self.0.iter_mut().zip(&counts.0) {
            *sum += i64::from(number);
        }
    }

    /// Adds the deltas of one adjustment.
    pub fn add_deltas(&mut self, deltas: &BandDeltas) {
        for (sum, &number) in self.0.iter_mut().zip(&deltas.0) {
            *sum += i64::from(number);
        }
    }

    /// Adds other sums.
    pub fn merge(&mut self, other: &Self) {
        for (sum, &number) in self.0.iter_mut().zip(&other.0) {
            *sum += number;
        }
    }

    /// What is left without other sums.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|band| self.0[band] - other.0[band]))
    }

    /// The bands whose sum is below 0.
    pub fn below_zero(&self) -> impl Iterator<Item = AgeBand> + '_ {
        self.iter().filter(|(_, sum)| *sum < 0).map(|(band, _)| band)
    }
}

impl From<&BandCounts> for BandSums {
    fn from(counts: &BandCounts) -> Self {
        Self(counts.0.map(i64::from))
    }
}

impl From<&BandDeltas> for BandSums {
    fn from(deltas: &BandDeltas) -> Self {
        Self(deltas.0.map(i64::from))
    }
}

/// Reads a whole number of a range, however large or small the one is that was sent.
struct Whole {
    min: i64,
    max: i64,
}

impl Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {}", self.min, self.max)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i64, E> {
        if (self.min..=self.max).contains(&number) {
            Ok(number)
        } else {
            Err(E::invalid_value(de::Unexpected::Signed(number), &self))
        }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i64, E> {
        let small = i64::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))?;
        self.visit_i64(small)
    }

    /// What no integer of the machine can hold comes as this.
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<i64, E> {
        let unexpected = de::Unexpected::Float(number);
        let is_huge = number.abs() > 1e15;
        Err(if is_huge { E::invalid_value(unexpected, &self) } else { E::invalid_type(unexpected, &self) })
    }
}

/// A band as the key of an object. Read as text, not as an enum, so that the path of an error names it.
struct Key(AgeBand);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an age band")
            }
            fn visit_str<E: de::Error>(self, key: &str) -> Result<Key, E> {
                const EXPECTED: &[&str] = &["the fourteen age bands"];
                AgeBand::from_key(key).map(Key).ok_or_else(|| de::Error::unknown_field(key, EXPECTED))
            }
        }
        deserializer.deserialize_identifier(Text)
    }
}

#[cfg(test)]
#[path = "age_band_tests.rs"]
mod tests;
