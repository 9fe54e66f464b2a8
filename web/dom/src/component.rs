//! How `view!` calls a component, as Leptos does it.

/// The properties of a component; `#[component]` writes it.
pub trait Props {
    /// What collects them.
    type Builder;

    /// A builder that has none yet.
    fn builder() -> Self::Builder;
}

/// The builder of a component, whether or not it has properties.
pub trait PropsOrNone {
    /// What collects them.
    type Builder;

    /// A builder that has none yet.
    fn builder() -> Self::Builder;
}

/// The builder of a component without properties.
pub struct NoProps;

impl NoProps {
    /// Nothing.
    pub const fn build(self) {}
}

impl<P: Props> PropsOrNone for P {
    type Builder = P::Builder;

    fn builder() -> P::Builder {
        P::builder()
    }
}

impl PropsOrNone for NoProps {
    type Builder = Self;

    fn builder() -> Self {
        Self
    }
}

/// A component with such properties.
pub trait Component<P> {}

impl<F: FnOnce() -> V, V> Component<NoProps> for F {}
impl<F: FnOnce(P) -> V, P: Props, V> Component<P> for F {}

/// A builder of a component's properties.
pub fn component_props_builder<P: PropsOrNone>(_: &impl Component<P>) -> P::Builder {
    P::builder()
}

/// What can be called with properties, or with none.
pub trait Constructor<P, V> {
    /// Calls it.
    fn construct(self, props: P) -> V;
}

impl<F: FnOnce() -> V, V> Constructor<(), V> for F {
    fn construct(self, (): ()) -> V {
        self()
    }
}

impl<F: FnOnce(P) -> V, P: Props, V> Constructor<P, V> for F {
    fn construct(self, props: P) -> V {
        self(props)
    }
}

/// The view of a component.
pub fn component_view<P, V>(component: impl Constructor<P, V>, props: P) -> V {
    component.construct(props)
}
